/**
 * What an uploaded picture really is. Its name and type are the client's word; the first bytes are what a browser will look at. PNG
 * (W3C PNG 5.2, 11.2.1) and JPEG (ITU-T T.81 B.2) are taken: they can hold no script, as an SVG could.
 */
import { createHash } from 'node:crypto';

export interface FlagImage {
  readonly extension: 'png' | 'jpg';
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** Named by its content, so that a picture may be kept by browsers for ever. */
  readonly fileName: string;
}

export const MAX_FLAG_BYTES = 256 * 1024;
const MAX_SIDE = 2000;
const MIN_SIDE = 16;
const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** The picture, or what is wrong with it as a sentence for its owner. */
export function readImage(bytes: Uint8Array): FlagImage | string {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found = sizeOfPng(data) ?? sizeOfJpeg(data);
  if (found === null) return 'Choose a PNG or JPEG picture; this is neither.';
  const { width, height, extension } = found;
  if (Math.min(width, height) < MIN_SIDE || Math.max(width, height) > MAX_SIDE) {
    return `Choose a picture of ${MIN_SIDE} to ${MAX_SIDE} pixels a side; this one is ${width} × ${height}.`;
  }
  const hash = createHash('sha256').update(data).digest('hex').slice(0, 24);
  return { ...found, fileName: `${hash}.${extension}` };
}

type Size = Omit<FlagImage, 'fileName'>;

function sizeOfPng(data: Buffer): Size | null {
  if (data.length < 33 || !data.subarray(0, 8).equals(PNG_SIGNATURE) || data.toString('latin1', 12, 16) !== 'IHDR') return null;
  return { extension: 'png', width: data.readUInt32BE(16), height: data.readUInt32BE(20) };
}

/** Walks the segments to the first frame header (SOF0 to SOF15, which are C0 to CF without the tables C4, C8 and CC). */
function sizeOfJpeg(data: Buffer): Size | null {
  if (data.length < 4 || data.readUInt16BE(0) !== 0xffd8) return null;
  for (let at = 2; at + 9 <= data.length; ) {
    if (data[at] !== 0xff) return null;
    const marker = data[at + 1] as number;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) return { extension: 'jpg', height: data.readUInt16BE(at + 5), width: data.readUInt16BE(at + 7) };
    at += 2 + data.readUInt16BE(at + 2);
  }
  return null;
}
