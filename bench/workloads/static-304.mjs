import small from './static-1k.mjs';

/** When the files of a run were last changed; far enough back for a strong validator. */
export const FILES_CHANGED = new Date('2026-01-02T03:04:05Z');

/** A browser asks whether what it has is still good. By date: entity tags differ between servers. */
export default {
  ...small,
  title: 'Static file, 1 KiB, not modified (304)',
  servers: ['fastserve', 'nginx', 'h2o', 'floor'],
  fields: { 'If-Modified-Since': FILES_CHANGED.toUTCString() },
  expect: () => ({ status: 304, body: '' }),
};
