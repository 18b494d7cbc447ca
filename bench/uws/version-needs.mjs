/**
 * Marks the symbol versions that this machine's C library lacks as weak in the .gnu.version_r section of a shared object: the
 * dynamic linker refuses an object with an unmet version unless it is weak.
 *
 * DESIGN: the layout is that of elf(5): the section is a chain of Elfxx_Verneed (one a library), each with a chain of
 * Elfxx_Vernaux (one a version):
 *   Verneed  version:u16 count:u16 file:u32 aux:u32 next:u32        offsets are relative to the entry itself
 *   Vernaux  hash:u32 flags:u16 other:u16 name:u32 next:u32         name is an offset in the linked string table
 */
const SHT_GNU_VERNEED = 0x6ffffffe;
const VER_FLG_WEAK = 2;
const ELF_MAGIC = 0x7f454c46;
const ELFCLASS64 = 2;
const ELFDATA2LSB = 1;

/**
 * @param {Buffer} object a 64-bit little-endian shared object; edited in place
 * @param {(version: string) => boolean} lacks whether this machine has no such version, by name ("GLIBC_2.38")
 * @returns {string[]} the versions that were marked
 */
export function weakenVersionNeeds(object, lacks) {
  const sections = readSections(object);
  const needs = sections.find((section) => section.type === SHT_GNU_VERNEED);
  if (needs === undefined) return [];
  const strings = sections[needs.link];
  const marked = [];
  for (const aux of versionAuxOffsets(object, needs)) {
    const name = readCString(object, strings.offset + object.readUInt32LE(aux + 8));
    if (!lacks(name)) continue;
    object.writeUInt16LE(object.readUInt16LE(aux + 4) | VER_FLG_WEAK, aux + 4);
    marked.push(name);
  }
  return marked;
}

/** Section headers in order: { type, offset, link, info }. Throws when the file is no 64-bit little-endian ELF object. */
function readSections(object) {
  if (object.length < 64 || object.readUInt32BE(0) !== ELF_MAGIC || object[4] !== ELFCLASS64 || object[5] !== ELFDATA2LSB) {
    throw new Error('not a 64-bit little-endian ELF object');
  }
  const table = Number(object.readBigUInt64LE(0x28));
  const entryBytes = object.readUInt16LE(0x3a);
  const count = object.readUInt16LE(0x3c);
  return Array.from({ length: count }, (_, index) => {
    const at = table + index * entryBytes;
    return {
      type: object.readUInt32LE(at + 4),
      offset: Number(object.readBigUInt64LE(at + 0x18)),
      link: object.readUInt32LE(at + 0x28),
      info: object.readUInt32LE(at + 0x2c),
    };
  });
}

/** Offsets of every Vernaux entry of the section; sh_info is the number of Verneed entries. */
function* versionAuxOffsets(object, needs) {
  let need = needs.offset;
  for (let i = 0; i < needs.info; i++) {
    const count = object.readUInt16LE(need + 2);
    let aux = need + object.readUInt32LE(need + 8);
    for (let j = 0; j < count; j++) {
      yield aux;
      aux += object.readUInt32LE(aux + 12);
    }
    need += object.readUInt32LE(need + 12);
  }
}

function readCString(bytes, offset) {
  return bytes.toString('latin1', offset, bytes.indexOf(0, offset));
}
