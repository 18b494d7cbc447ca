/** Directions on the unit sphere. Unlike longitudes they have no seam at 180°, so means and distances are always right. */

export type Vector = readonly [x: number, y: number, z: number];

export const RADIANS_PER_DEGREE = Math.PI / 180;

/** Degrees to a unit vector. */
export function toVector(longitude: number, latitude: number): Vector {
  const lambda = longitude * RADIANS_PER_DEGREE;
  const phi = latitude * RADIANS_PER_DEGREE;
  return [Math.cos(phi) * Math.cos(lambda), Math.cos(phi) * Math.sin(lambda), Math.sin(phi)];
}

/** Unit vector in the middle of the points; the north pole for none or for points that cancel out. */
export function meanDirection(points: readonly Vector[]): Vector {
  let x = 0;
  let y = 0;
  let z = 0;
  for (const point of points) {
    x += point[0];
    y += point[1];
    z += point[2];
  }
  const length = Math.hypot(x, y, z);
  return length < 1e-9 ? [0, 0, 1] : [x / length, y / length, z / length];
}

/** Angle between two unit vectors, radians. */
export function angleBetween(a: Vector, b: Vector): number {
  return Math.acos(Math.min(1, Math.max(-1, a[0] * b[0] + a[1] * b[1] + a[2] * b[2])));
}

/** Latitude and longitude of a unit vector, radians. */
export function toAngles(v: Vector): { lambda: number; phi: number } {
  return { lambda: Math.atan2(v[1], v[0]), phi: Math.asin(Math.min(1, Math.max(-1, v[2]))) };
}
