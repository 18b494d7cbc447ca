/** From projected rings to the text of an SVG path: clipped to the picture, thinned to what a screen can show. Pure. */

/** x, y, x, y... in picture units. Rings are closed without repeating the first point. */
export type Flat = number[];

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** The smallest box around the points; inverted (left > right) for none. */
export function boundsOf(points: ArrayLike<number>): Box {
  const box = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  for (let i = 0; i + 1 < points.length; i += 2) {
    const x = points[i] as number;
    const y = points[i + 1] as number;
    if (x < box.left) box.left = x;
    if (x > box.right) box.right = x;
    if (y < box.top) box.top = y;
    if (y > box.bottom) box.bottom = y;
  }
  return box;
}

/** Area inside a ring, always positive. */
export function areaOf(ring: Flat): number {
  let sum = 0;
  for (let i = 0, j = ring.length - 2; i + 1 < ring.length; j = i, i += 2) {
    sum += (ring[j] as number) * (ring[i + 1] as number) - (ring[i] as number) * (ring[j + 1] as number);
  }
  return Math.abs(sum) / 2;
}

/** The part of a ring inside the box (Sutherland and Hodgman, one side of the box at a time). */
export function clip(ring: Flat, box: Box): Flat {
  let points = ring;
  points = clipHalf(points, 0, box.left, 1);
  points = clipHalf(points, 0, box.right, -1);
  points = clipHalf(points, 1, box.top, 1);
  return clipHalf(points, 1, box.bottom, -1);
}

/** Keeps where sign * coordinate >= sign * limit; `axis` is 0 for x, 1 for y. */
function clipHalf(points: Flat, axis: 0 | 1, limit: number, sign: 1 | -1): Flat {
  const kept: Flat = [];
  for (let i = 0, j = points.length - 2; i + 1 < points.length; j = i, i += 2) {
    const from = (points[j + axis] as number) - limit;
    const to = (points[i + axis] as number) - limit;
    if (from * sign < 0 !== to * sign < 0) {
      const share = from / (from - to);
      const fromX = points[j] as number;
      const fromY = points[j + 1] as number;
      kept.push(fromX + ((points[i] as number) - fromX) * share, fromY + ((points[i + 1] as number) - fromY) * share);
    }
    if (to * sign >= 0) kept.push(points[i] as number, points[i + 1] as number);
  }
  return kept;
}

/** Drops points that lie within `tolerance` of the line between those that stay (Douglas and Peucker, with a stack). */
export function simplify(ring: Flat, tolerance: number): Flat {
  const count = ring.length / 2;
  if (count < 4) return ring;
  const keep = new Uint8Array(count);
  const far = farthest(ring, 0, count, 0).index;
  keep[0] = 1;
  keep[far] = 1;
  // A ring has no ends: it is thinned as two lines, from the first point to the one farthest away and back.
  const spans = [0, far, far, count];
  while (spans.length > 0) {
    const end = spans.pop() as number;
    const start = spans.pop() as number;
    const { index, distance } = farthest(ring, start, end, end % count);
    if (distance <= tolerance) continue;
    keep[index] = 1;
    spans.push(start, index, index, end);
  }
  return ring.filter((_, position) => keep[position >> 1] === 1);
}

/** The point strictly between start and end that is farthest from the line start–target (from start, when they coincide). */
function farthest(ring: Flat, start: number, end: number, target: number): { index: number; distance: number } {
  const x = ring[2 * start] as number;
  const y = ring[2 * start + 1] as number;
  const dx = (ring[2 * target] as number) - x;
  const dy = (ring[2 * target + 1] as number) - y;
  const length2 = dx * dx + dy * dy;
  let index = start;
  let worst = -1;
  for (let i = start + 1; i < end; i++) {
    const px = (ring[2 * i] as number) - x;
    const py = (ring[2 * i + 1] as number) - y;
    const share = length2 === 0 ? 0 : Math.min(1, Math.max(0, (px * dx + py * dy) / length2));
    const distance2 = (px - share * dx) ** 2 + (py - share * dy) ** 2;
    if (distance2 > worst) {
      worst = distance2;
      index = i;
    }
  }
  return { index, distance: Math.sqrt(Math.max(0, worst)) };
}

/** "M12 34l5-6…z": absolute start, then steps, in tenths of a unit; rounding errors do not add up. */
export function ringPath(ring: Flat): string {
  return ring.length < 6 ? '' : `${linePath(ring)}z`;
}

/** The same for an open line. */
export function linePath(points: Flat): string {
  let text = '';
  let lastX = 0;
  let lastY = 0;
  let steps = 0;
  for (let i = 0; i + 1 < points.length; i += 2) {
    const x = Math.round((points[i] as number) * 10);
    const y = Math.round((points[i + 1] as number) * 10);
    if (i === 0) text = `M${tenths(x)} ${tenths(y)}`;
    else if (x !== lastX || y !== lastY) text += (steps++ === 0 ? 'l' : separator(x - lastX)) + pair(x - lastX, y - lastY);
    lastX = x;
    lastY = y;
  }
  return text;
}

function pair(x: number, y: number): string {
  return tenths(x) + separator(y) + tenths(y);
}

/** A minus sign separates numbers by itself. */
function separator(next: number): string {
  return next < 0 ? '' : ' ';
}

function tenths(value: number): string {
  return String(value / 10).replace(/^(-?)0\./, '$1.');
}
