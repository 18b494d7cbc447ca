/** Asks for a page of metrics each 100 ms until standard input ends: `node scraper.mjs <url>`. Fails loudly on anything but 200. */
import { setTimeout as sleep } from 'node:timers/promises';

const EVERY_MS = 100;
process.stdin.resume().on('end', () => process.exit(0));

for (;;) {
  const began = performance.now();
  const response = await fetch(process.argv[2]);
  const text = await response.text();
  if (response.status !== 200 || !text.includes('fastserve_responses_total')) throw new Error(`the metrics answered ${response.status}: ${text.slice(0, 200)}`);
  await sleep(Math.max(0, EVERY_MS - (performance.now() - began)));
}
