/** Imported before the example site, for its effect: the site keeps its data in a directory of this test. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

export const atlasData = mkdtempSync(join(tmpdir(), 'fastserve-atlas-'));
process.env['ATLAS_DATA'] = atlasData;

afterAll(() => rmSync(atlasData, { recursive: true, force: true }));
