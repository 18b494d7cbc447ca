/** The TypeScript tests as a stage, and what vitest's report says of them. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Runs all tests, or those of some files. What is printed is shown live.
 * @param {import('./stages.mjs').Stages} stages
 * @param {string} title of the stage
 * @param {string[]} files absolute paths; empty: all
 * @returns {Promise<{ passed: number, failed: number, failedFiles: string[] }>} failed: tests; at least 1 when the run itself failed,
 *   which then names no file
 */
export async function runVitest(stages, title, files = []) {
  const directory = mkdtempSync(join(tmpdir(), 'fastserve-vitest-'));
  const report = join(directory, 'report.json');
  const args = ['node_modules/vitest/vitest.mjs', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...files];
  const { ok } = await stages.run(title, process.execPath, args, { live: true });
  const read = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : { numPassedTests: 0, numFailedTests: 0, testResults: [] };
  rmSync(directory, { recursive: true });
  const failedFiles = read.testResults.filter(({ status }) => status === 'failed').map(({ name }) => name);
  // A file that could not be loaded, or an error outside of any test, counts no failed test.
  const failed = Math.max(read.numFailedTests, failedFiles.length, ok ? 0 : 1);
  return { passed: read.numPassedTests, failed, failedFiles };
}
