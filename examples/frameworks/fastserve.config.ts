/** Serves one of the files beside this one: FRAMEWORK=koa fastserve start examples/frameworks */
import { defineConfig } from 'fastserve';

export default defineConfig({
  app: `./${process.env['FRAMEWORK'] ?? 'express'}.ts`,
  // The entries live in one worker's memory; a site with a database has as many workers as it likes.
  workers: 1,
});
