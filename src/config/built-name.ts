/** Names of built files: the original one with a hash of the content, so that a name means one content for ever. */

/** native/files/names/file_name.h knows the length too. 48 bits: versions of one file do not meet by chance. */
export const BUILT_HASH_LENGTH = 12;

/** "css/site.css" and "3f9a1c2b0d4e" give "css/site.3f9a1c2b0d4e.css"; a name without an ending gets the hash behind it. */
export function builtName(name: string, hash: string): string {
  const start = name.lastIndexOf('/') + 1;
  const dot = name.lastIndexOf('.');
  // A dot that begins the last part makes it hidden; it is no ending.
  return dot <= start ? `${name}.${hash}` : `${name.slice(0, dot)}.${hash}${name.slice(dot)}`;
}

/** Whether a build gives such names; those of precompressed siblings count when `siblings` is set. */
export function isBuiltName(name: string, siblings = false): boolean {
  const last = name.slice(name.lastIndexOf('/') + 1);
  return new RegExp(`.\\.[0-9a-f]{${BUILT_HASH_LENGTH}}(?:\\.[^.]+)?${siblings ? '(?:\\.(?:br|zst|gz))?' : ''}$`).test(last);
}
