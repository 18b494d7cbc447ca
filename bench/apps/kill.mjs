/** Raw gateway form: /later answers from a timer (so that a death finds started requests), the rest at once. Each thread ends itself when told to. */
import { threadId } from 'node:worker_threads';
import { defineHead, gateway } from '../../dist/index.js';
import { HELLO, TEXT } from './content.mjs';

const HEAD = defineHead(['content-type', TEXT]);
const LATER_MS = 2;

const channel = new BroadcastChannel('fastserve-bench-kill');
channel.onmessage = ({ data }) => data.kill === threadId && process.exit(3);
channel.unref();
channel.postMessage({ alive: threadId });

export default gateway((request, respond) => {
  if (request.target !== '/later') return respond(200, HEAD, HELLO);
  return new Promise((resolve) => setTimeout(resolve, LATER_MS)).then(() => respond(200, HEAD, HELLO));
});
