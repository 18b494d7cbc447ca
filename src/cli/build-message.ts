/** What `fastserve build` prints when it is done. */
import type { BuildReport, MountReport } from '../assets/build.ts';
import { style } from './style.ts';

/** Several lines. `shorten` makes paths short. */
export function buildMessage(report: BuildReport, durationMs: number, shorten: (path: string) => string): string {
  const lines = report.mounts.map((mount) => mountLine(mount, shorten));
  if (report.removed > 0) lines.push(`removed ${count(report.removed, 'old file')}`);
  if (report.missing.length > 0) {
    lines.push(`kept ${count(report.missing.length, 'reference')} that ${report.missing.length === 1 ? 'leads' : 'lead'} nowhere:`);
    lines.push(...report.missing.map((line) => `  ${line}`));
  }
  lines.push(style.quiet(`done in ${(durationMs / 1000).toFixed(1)} s`));
  return `${lines.join('\n')}\n`;
}

function mountLine(mount: MountReport, shorten: (path: string) => string): string {
  const sizes = mount.bytes === mount.smallestBytes ? size(mount.bytes) : `${size(mount.bytes)}, ${size(mount.smallestBytes)} compressed`;
  return `built ${style.link(mount.prefix)} ${count(mount.files, 'file')} (${mount.written} new), ${sizes}, in ${shorten(mount.manifest)}`;
}

function size(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1024 ** 2 ? `${(bytes / 1024).toFixed(1)} KB` : `${(bytes / 1024 ** 2).toFixed(1)} MB`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
