/** Meridians and parallels as one path. Lines are sampled, because on an azimuthal map both are curves. */
import { type Frame, HEIGHT, WIDTH } from './frame.ts';
import { linePath, ringPath } from './path.ts';
import type { Projection } from './projection.ts';
import { RADIANS_PER_DEGREE, toAngles } from './sphere.ts';

/** Degrees between lines; the first that gives a map of this size at least a few of them. */
const STEPS = [20, 10, 5, 2, 1, 0.5, 0.2];
const SAMPLES = 32;

/** The lines that cross a frame. */
export function graticuleAround(frame: Frame): string {
  const { lambda, phi } = toAngles(frame.centre);
  const reach = frame.radius / RADIANS_PER_DEGREE;
  const latitude = phi / RADIANS_PER_DEGREE;
  const step = STEPS.find((degrees) => degrees * 2.5 <= reach) ?? 0.2;
  const south = Math.max(-90, latitude - reach);
  const north = Math.min(90, latitude + reach);
  // A frame with a pole in it is crossed by every meridian.
  const narrowest = Math.min(Math.cos(south * RADIANS_PER_DEGREE), Math.cos(north * RADIANS_PER_DEGREE));
  const across = Math.min(180, reach / Math.max(narrowest, 0.01));
  const middle = lambda / RADIANS_PER_DEGREE;
  return gridPath(frame.project, { west: middle - across, east: middle + across, south, north }, step, true);
}

/** Every 30 degrees. */
export function graticuleOfTheWorld(project: Projection): string {
  return gridPath(project, { west: -180, east: 180, south: -90, north: 90 }, 30, false);
}

/** The edge of the map of the world: both its poles are lines, its sides are the 180th meridian. */
export function outlineOfTheWorld(project: Projection): string {
  const points: number[] = [];
  const push = ({ x, y }: { x: number; y: number }) => points.push(x, y);
  for (let latitude = -90; latitude <= 90; latitude += 5) push(project(-180, latitude));
  for (let latitude = 90; latitude >= -90; latitude -= 5) push(project(180, latitude));
  return ringPath(points);
}

interface Range {
  west: number;
  east: number;
  south: number;
  north: number;
}

function gridPath(project: Projection, range: Range, step: number, cut: boolean): string {
  const lines: string[] = [];
  for (let longitude = Math.ceil(range.west / step) * step; longitude <= range.east; longitude += step) {
    lines.push(sampled((share) => project(longitude, range.south + (range.north - range.south) * share), cut));
  }
  for (let latitude = Math.ceil(range.south / step) * step; latitude <= range.north; latitude += step) {
    if (Math.abs(latitude) === 90) continue;
    lines.push(sampled((share) => project(range.west + (range.east - range.west) * share, latitude), cut));
  }
  return lines.join('');
}

function sampled(at: (share: number) => { x: number; y: number }, cut: boolean): string {
  const points: number[] = [];
  for (let i = 0; i <= SAMPLES; i++) {
    const { x, y } = at(i / SAMPLES);
    if (!cut || isNear(x, y)) points.push(x, y);
  }
  return points.length < 4 ? '' : linePath(points);
}

/** Points a picture's width outside cannot be seen, nor can the lines between them. */
function isNear(x: number, y: number): boolean {
  return x > -WIDTH && x < 2 * WIDTH && y > -HEIGHT && y < 2 * HEIGHT;
}
