/** Sizes and times as people write them. */

/** Bytes, or text with a unit (powers of 1024): 65536, "64kb", "1mb". */
export type Size = number | string;

/** Milliseconds, or text with a unit: 30000, "30s", "250ms", "5m". */
export type Duration = number | string;
