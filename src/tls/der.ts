/** Writes the few forms of DER (X.690) that a certificate needs. Pure. */

const TAG = { boolean: 0x01, integer: 0x02, bitString: 0x03, octetString: 0x04, objectId: 0x06, utf8: 0x0c, utcTime: 0x17, generalizedTime: 0x18, sequence: 0x30, set: 0x31 };

/** X.690 8.1: tag, length, content. Content of up to 64 KiB. */
export function tagged(tag: number, ...content: Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  const length = body.length < 0x80 ? [body.length] : body.length < 0x100 ? [0x81, body.length] : [0x82, body.length >> 8, body.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}

export function sequence(...members: Uint8Array[]): Buffer {
  return tagged(TAG.sequence, ...members);
}

export function set(...members: Uint8Array[]): Buffer {
  return tagged(TAG.set, ...members);
}

/** A positive integer from its bytes, the highest first. A leading 0 keeps the sign out of the first bit. */
export function integer(bytes: Uint8Array): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0);
  const significant = first === -1 ? Buffer.from([0]) : bytes.subarray(first);
  return (significant[0] as number) >= 0x80 ? tagged(TAG.integer, Buffer.from([0]), significant) : tagged(TAG.integer, significant);
}

/** Whole bytes: no bit is unused. */
export function bitString(bytes: Uint8Array): Buffer {
  return tagged(TAG.bitString, Buffer.from([0]), bytes);
}

export function octetString(bytes: Uint8Array): Buffer {
  return tagged(TAG.octetString, bytes);
}

export function boolean(value: boolean): Buffer {
  return tagged(TAG.boolean, Buffer.from([value ? 0xff : 0]));
}

export function utf8(text: string): Buffer {
  return tagged(TAG.utf8, Buffer.from(text));
}

/** "1.2.840.10045.4.3.2". X.690 8.19: the first two numbers share a byte, the others are in base 128. */
export function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second];
  for (const number of rest) {
    const digits = [number & 0x7f];
    for (let left = number >>> 7; left > 0; left >>>= 7) digits.unshift(0x80 | (left & 0x7f));
    bytes.push(...digits);
  }
  return tagged(TAG.objectId, Buffer.from(bytes));
}

/** In whole seconds of UTC. RFC 5280 4.1.2.5: two digits for the year until 2049, four from then on. */
export function time(date: Date): Buffer {
  const digits = `${date.toISOString().replace(/[-:T]|\.\d+Z/g, '')}Z`;
  const isShort = date.getUTCFullYear() < 2050;
  return tagged(isShort ? TAG.utcTime : TAG.generalizedTime, Buffer.from(isShort ? digits.slice(2) : digits));
}
