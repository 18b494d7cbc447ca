/**
 * What the control groups of this process allow it: processors and memory (cgroups(7)). Main thread, at the start.
 *
 * A limit may stand at any level between the process's group and the root, and the smallest one counts. Within a container only
 * its own group is to be seen, as the root; the path in /proc/self/cgroup then leads nowhere and is passed over.
 *
 *   v2   <root>/<path>/cpu.max            "200000 100000" or "max 100000"      memory.max                      bytes or "max"
 *   v1   <root>/cpu/<path>/cpu.cfs_*_us   quota (-1: none) and period          memory/<path>/memory.limit_in_bytes
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** undefined: no limit. */
export interface ContainerLimits {
  /** Processors; a part of one counts as one. */
  readonly processors: number | undefined;
  readonly memoryBytes: number | undefined;
}

/** Where the kernel shows them. */
export interface ContainerPaths {
  readonly groups: string;
  /** As /proc/self/cgroup. */
  readonly membership: string;
}

const SYSTEM: ContainerPaths = { groups: '/sys/fs/cgroup', membership: '/proc/self/cgroup' };
/** Version 1 says "no limit" with a number that no machine has. */
const NO_MEMORY_LIMIT = 2 ** 53;

/** Never throws: what cannot be read limits nothing. */
export function containerLimits({ groups, membership }: ContainerPaths = SYSTEM): ContainerLimits {
  const paths = membershipOf(read(membership) ?? '');
  const unified = levelsOf(join(groups, paths.get('') ?? ''), groups);
  const cpu = levelsOf(join(groups, 'cpu', paths.get('cpu') ?? ''), join(groups, 'cpu'));
  const memory = levelsOf(join(groups, 'memory', paths.get('memory') ?? ''), join(groups, 'memory'));
  const shares = [...unified.map((level) => share(...words(read(join(level, 'cpu.max'))))), ...cpu.map((level) => share(read(join(level, 'cpu.cfs_quota_us')), read(join(level, 'cpu.cfs_period_us'))))];
  const sizes = [...unified.map((level) => bytes(read(join(level, 'memory.max')))), ...memory.map((level) => bytes(read(join(level, 'memory.limit_in_bytes'))))];
  const least = smallest(shares);
  return { processors: least === undefined ? undefined : Math.max(1, Math.ceil(least)), memoryBytes: smallest(sizes) };
}

/** The group's path by controller; that of version 2 has none (""). */
function membershipOf(text: string): Map<string, string> {
  const paths = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (controllers === undefined || path === undefined) continue;
    for (const controller of controllers.split(',')) paths.set(controller, path);
  }
  return paths;
}

/** The directory and those above it, up to the top. */
function levelsOf(directory: string, top: string): string[] {
  const levels: string[] = [];
  for (let level = directory; level.startsWith(top); level = dirname(level)) levels.push(level);
  return levels;
}

function read(path: string): string | undefined {
  // Most levels have no such file, and an error takes longer to make than a look.
  if (!existsSync(path)) return undefined;
  try {
    return readFileSync(path, 'latin1').trim();
  } catch {
    return undefined;
  }
}

function words(text: string | undefined): [string | undefined, string | undefined] {
  const [first, second] = text?.split(' ') ?? [];
  return [first, second];
}

/** Processors of a quota of time in a period; undefined for none. */
function share(quota: string | undefined, period: string | undefined): number | undefined {
  const time = Number(quota) / Number(period);
  return time > 0 && Number.isFinite(time) ? time : undefined;
}

function bytes(text: string | undefined): number | undefined {
  const size = Number(text);
  return size > 0 && size < NO_MEMORY_LIMIT ? size : undefined;
}

function smallest(numbers: readonly (number | undefined)[]): number | undefined {
  const known = numbers.filter((number) => number !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}
