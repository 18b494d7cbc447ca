/**
 * CPU time and memory of a process and all its descendants, from /proc.
 */
import { readFileSync, readdirSync } from 'node:fs';

/** @returns {number[]} the process and its living descendants */
export function processTree(root) {
  const children = new Map();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const parent = parentOf(name);
    if (parent === null) continue;
    if (!children.has(parent)) children.set(parent, []);
    children.get(parent).push(Number(name));
  }
  const tree = [root];
  for (let i = 0; i < tree.length; i++) tree.push(...(children.get(tree[i]) ?? []));
  return tree;
}

/** Field 4 of stat; the command in parentheses before it may hold anything. null when the process has gone. */
function parentOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return null;
  }
}

/**
 * @returns {Map<string, { name: string, main: boolean, cpuNs: number }>} each thread of the tree by id: its name and the time it
 *   has spent on a CPU (first field of schedstat). Threads that ended before the reading are not in it.
 */
export function threadTimes(root) {
  const threads = new Map();
  for (const pid of processTree(root)) {
    for (const thread of listThreads(pid)) {
      try {
        const at = `/proc/${pid}/task/${thread}`;
        const cpuNs = Number(readFileSync(`${at}/schedstat`, 'latin1').split(' ', 1)[0]);
        threads.set(thread, { name: readFileSync(`${at}/comm`, 'utf8').trim(), main: thread === String(pid), cpuNs });
      } catch {
        continue; // ended between the listing and the reading
      }
    }
  }
  return threads;
}

function listThreads(pid) {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

/**
 * @returns {{ total: number, io: number, main: number, worker: number, other: number }} nanoseconds spent between two readings:
 *   all threads, fastserve's I/O threads (fs-io-*), main threads, the busiest other thread (with one worker: the worker), and
 *   the rest (the JavaScript engine's helpers)
 */
export function timeSpent(before, after) {
  const spent = { total: 0, io: 0, main: 0, worker: 0, other: 0 };
  for (const [id, thread] of after) {
    const ns = thread.cpuNs - (before.get(id)?.cpuNs ?? 0);
    spent.total += ns;
    if (thread.name.startsWith('fs-io')) spent.io += ns;
    else if (thread.main) spent.main += ns;
    else {
      spent.other += Math.min(ns, spent.worker);
      spent.worker = Math.max(ns, spent.worker);
    }
  }
  return spent;
}

/**
 * @returns {number} KiB of memory of the tree: the anonymous and shared-memory parts of the proportional set size. Pages of
 *   program files are left out: their share changes whenever any process that maps the same file starts or ends.
 */
export function memoryKiB(root) {
  let total = 0;
  for (const pid of processTree(root)) {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1');
    for (const part of ['Pss_Anon', 'Pss_Shmem']) total += Number(new RegExp(`^${part}:\\s+(\\d+) kB`, 'm').exec(rollup)[1]);
  }
  return total;
}
