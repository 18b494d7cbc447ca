/** Sockets that whoever started the process has opened: systemd's, by its protocol (sd_listen_fds(3)), or a descriptor by number. */
import type { ConfigProblem } from '../../errors.ts';
import { show } from '../values/show.ts';

/** The first descriptor that systemd passes (SD_LISTEN_FDS_START). */
const FIRST = 3;

/** The descriptors that `wanted` means: a number, "systemd", "systemd:name". What is wrong is added to `problems`. */
export function inheritedSockets(wanted: number | string, path: string, problems: ConfigProblem[], environment = process.env): number[] {
  if (typeof wanted === 'number') return [wanted];
  const count = Number(environment['LISTEN_FDS'] ?? '');
  // The variables may be a parent's: its sockets are not ours.
  if (environment['LISTEN_PID'] !== String(process.pid) || !Number.isInteger(count) || count < 1) {
    problems.push({ path, text: `got ${show(wanted)}, but systemd passes no socket to this process. Start it by a unit with a .socket, or name an address.` });
    return [];
  }
  const descriptors = Array.from({ length: count }, (_, index) => FIRST + index);
  const name = wanted.slice('systemd:'.length);
  if (name === '') return descriptors;
  const names = (environment['LISTEN_FDNAMES'] ?? '').split(':');
  const found = descriptors.filter((_, index) => names[index] === name);
  if (found.length === 0) problems.push({ path, text: `got ${show(wanted)}, but the sockets of the unit are called ${names.map(show).join(', ')}. Set FileDescriptorName, or correct the name.` });
  return found;
}
