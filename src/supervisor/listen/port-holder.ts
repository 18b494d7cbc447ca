/** Who listens on a TCP port, as /proc tells (proc(5)). Linux; only processes that this user may look into. */
import { readdir, readFile, readlink } from 'node:fs/promises';

export interface PortHolder {
  pid: number;
  /** Name of the program, control characters removed. */
  name: string;
}

const LISTEN_STATE = '0A';
const MAX_SOCKETS = 100_000;

/** The process that listens on `port`, or null when it cannot be found out. Never rejects. */
export async function findPortHolder(port: number): Promise<PortHolder | null> {
  try {
    const inodes = new Set([...(await listeningInodes('/proc/net/tcp', port)), ...(await listeningInodes('/proc/net/tcp6', port))]);
    if (inodes.size === 0) return null;
    for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
      if (await holdsSocket(pid, inodes)) return { pid: Number(pid), name: await programName(pid) };
    }
  } catch {
    // No /proc, or it changed while being read: the message does without.
  }
  return null;
}

/** Columns of /proc/net/tcp: sl local_address rem_address st ... (9th) inode; addresses are HEX:HEXPORT. */
async function listeningInodes(table: string, port: number): Promise<string[]> {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0');
  const lines = (await readFile(table, 'latin1').catch(() => '')).split('\n', MAX_SOCKETS);
  return lines.flatMap((line) => {
    const columns = line.trim().split(/\s+/);
    const isWanted = columns[3] === LISTEN_STATE && columns[1]?.split(':')[1] === wanted;
    return isWanted && columns[9] !== undefined ? [columns[9]] : [];
  });
}

async function holdsSocket(pid: string, inodes: ReadonlySet<string>): Promise<boolean> {
  const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => []);
  for (const descriptor of descriptors) {
    const target = await readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => '');
    const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
    if (inode !== undefined && inodes.has(inode)) return true;
  }
  return false;
}

async function programName(pid: string): Promise<string> {
  const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => 'unknown');
  return name.trim().replace(/[^\x20-\x7e]/g, '?');
}
