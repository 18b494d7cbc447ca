import assert from 'node:assert/strict';
import { test } from 'node:test';
import { weakenVersionNeeds } from '../uws/version-needs.mjs';

const SECTIONS = 64;
const NEEDS = 256;
const STRINGS = 384;

/** An object with one library and the two versions it needs. */
function sharedObject() {
  const object = Buffer.alloc(512);
  object.write('\x7fELF\x02\x01', 0, 'latin1');
  object.writeBigUInt64LE(BigInt(SECTIONS), 0x28);
  object.writeUInt16LE(64, 0x3a);
  object.writeUInt16LE(2, 0x3c);
  section(object, 0, { type: 0x6ffffffe, offset: NEEDS, link: 1, info: 1 });
  section(object, 1, { type: 3, offset: STRINGS, link: 0, info: 0 });
  object.write('\0libc.so.6\0GLIBC_2.38\0GLIBC_2.34\0', STRINGS, 'latin1');
  object.writeUInt16LE(2, NEEDS + 2);
  object.writeUInt32LE(16, NEEDS + 8);
  object.writeUInt32LE(11, NEEDS + 16 + 8);
  object.writeUInt32LE(16, NEEDS + 16 + 12);
  object.writeUInt32LE(22, NEEDS + 32 + 8);
  return object;
}

function section(object, index, { type, offset, link, info }) {
  const at = SECTIONS + index * 64;
  object.writeUInt32LE(type, at + 4);
  object.writeBigUInt64LE(BigInt(offset), at + 0x18);
  object.writeUInt32LE(link, at + 0x28);
  object.writeUInt32LE(info, at + 0x2c);
}

test('only the version that is lacking becomes weak', () => {
  const object = sharedObject();
  assert.deepEqual(weakenVersionNeeds(object, (version) => version === 'GLIBC_2.38'), ['GLIBC_2.38']);
  assert.equal(object.readUInt16LE(NEEDS + 16 + 4), 2);
  assert.equal(object.readUInt16LE(NEEDS + 32 + 4), 0);
});

test('what is no 64-bit little-endian object is refused', () => {
  assert.throws(() => weakenVersionNeeds(Buffer.alloc(128), () => true), /not a 64-bit/);
});
