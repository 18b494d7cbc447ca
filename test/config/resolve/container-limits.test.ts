/** Limits of control groups, read from directories that look like the kernel's. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type ContainerLimits, containerLimits } from '../../../src/config/resolve/container-limits.ts';
import { directoryWith } from '../../support/servers.ts';

/** The limits of a process with this membership, below these files. */
async function limitsOf(membership: string, files: Record<string, string>): Promise<ContainerLimits> {
  const directory = await directoryWith({ membership });
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(directory, 'groups', name)), { recursive: true });
    await writeFile(join(directory, 'groups', name), `${content}\n`);
  }
  return containerLimits({ groups: join(directory, 'groups'), membership: join(directory, 'membership') });
}

describe('limits of control groups', () => {
  it('are those of the container, which sees its own group as the root', async () => {
    expect(await limitsOf('0::/\n', { 'cpu.max': '150000 100000', 'memory.max': '268435456' })).toEqual({ processors: 2, memoryBytes: 268_435_456 });
  });

  it('are the smallest between the group of the process and the root', async () => {
    const files = { 'site.slice/cpu.max': '100000 100000', 'site.slice/memory.max': 'max', 'site.slice/a.service/cpu.max': '400000 100000', 'site.slice/a.service/memory.max': '1000000' };
    expect(await limitsOf('0::/site.slice/a.service\n', files)).toEqual({ processors: 1, memoryBytes: 1_000_000 });
  });

  it('are at least one processor', async () => {
    expect((await limitsOf('0::/\n', { 'cpu.max': '5000 100000' })).processors).toBe(1);
  });

  it('are found in version 1 too', async () => {
    const files = { 'cpu/docker/x/cpu.cfs_quota_us': '300000', 'cpu/docker/x/cpu.cfs_period_us': '100000', 'memory/docker/x/memory.limit_in_bytes': '536870912' };
    expect(await limitsOf('4:memory:/docker/x\n3:cpu,cpuacct:/docker/x\n', files)).toEqual({ processors: 3, memoryBytes: 536_870_912 });
  });

  it('are none where the kernel says so, or nothing', async () => {
    const none = { processors: undefined, memoryBytes: undefined };
    expect(await limitsOf('0::/\n', { 'cpu.max': 'max 100000', 'memory.max': 'max' })).toEqual(none);
    expect(await limitsOf('1:cpu:/\n2:memory:/\n', { 'cpu/cpu.cfs_quota_us': '-1', 'cpu/cpu.cfs_period_us': '100000', 'memory/memory.limit_in_bytes': '9223372036854771712' })).toEqual(none);
    expect(containerLimits({ groups: '/nowhere', membership: '/nowhere' })).toEqual(none);
  });
});
