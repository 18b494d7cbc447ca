/** How a worker gets at the module of its application. Worker thread, once. */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/** Of a compiled application in the form for require(), beside the one for import (src/config/bundle/script-form.ts). */
export const SCRIPT_NAME = 'app.require.cjs';

/** What the module at a file: URL exports as its default. Rejects with what the module throws. */
export async function importDefault(url: string): Promise<unknown> {
  const module = (url.endsWith(`/${SCRIPT_NAME}`) ? createRequire(url)(fileURLToPath(url)) : await import(url)) as { default?: unknown };
  return module.default;
}
