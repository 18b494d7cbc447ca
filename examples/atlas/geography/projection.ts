/**
 * Two equal-area projections, in units of the earth's radius, y pointing down as on a screen.
 *
 * DESIGN: a map of one country is drawn with Lambert's azimuthal projection around its own centre: north is up, shapes
 * near the centre are true, and neither the 180th meridian (Fiji, Russia) nor a pole (Antarctica) is a special case. The
 * map of the world uses Equal Earth (Šavrič, Patterson, Jenny 2018), which has a closed formula.
 */
import { RADIANS_PER_DEGREE, toAngles, type Vector } from './sphere.ts';

export interface Point {
  x: number;
  y: number;
}

export type Projection = (longitude: number, latitude: number) => Point;

/** Lambert azimuthal equal-area around `centre`. The far side of the earth lands near the circle of radius 2. */
export function azimuthal(centre: Vector): Projection {
  const { lambda: lambda0, phi: phi0 } = toAngles(centre);
  const sin0 = Math.sin(phi0);
  const cos0 = Math.cos(phi0);
  return (longitude, latitude) => {
    const lambda = longitude * RADIANS_PER_DEGREE - lambda0;
    const phi = latitude * RADIANS_PER_DEGREE;
    const sin = Math.sin(phi);
    const cos = Math.cos(phi);
    const cosLambda = Math.cos(lambda);
    // 1e-6 keeps the antipode itself, which has no image, finite.
    const k = Math.sqrt(2 / Math.max(1e-6, 1 + sin0 * sin + cos0 * cos * cosLambda));
    return { x: k * cos * Math.sin(lambda), y: -k * (cos0 * sin - sin0 * cos * cosLambda) };
  };
}

/** The direction that azimuthal(centre) puts at `point`. */
export function unprojectAzimuthal(centre: Vector, point: Point): Vector {
  const { lambda: lambda0, phi: phi0 } = toAngles(centre);
  const rho = Math.min(2, Math.hypot(point.x, point.y));
  if (rho < 1e-12) return centre;
  const c = 2 * Math.asin(rho / 2);
  const north = -point.y;
  const phi = Math.asin(Math.cos(c) * Math.sin(phi0) + (north * Math.sin(c) * Math.cos(phi0)) / rho);
  const lambda =
    lambda0 +
    Math.atan2(point.x * Math.sin(c), rho * Math.cos(phi0) * Math.cos(c) - north * Math.sin(phi0) * Math.sin(c));
  return [Math.cos(phi) * Math.cos(lambda), Math.cos(phi) * Math.sin(lambda), Math.sin(phi)];
}

const A1 = 1.340264;
const A2 = -0.081106;
const A3 = 0.000893;
const A4 = 0.003796;
const M = Math.sqrt(3) / 2;

/** Equal Earth around the meridian of Greenwich. */
export const equalEarth: Projection = (longitude, latitude) => {
  const theta = Math.asin(M * Math.sin(latitude * RADIANS_PER_DEGREE));
  const theta2 = theta * theta;
  const theta6 = theta2 * theta2 * theta2;
  const slope = A1 + 3 * A2 * theta2 + theta6 * (7 * A3 + 9 * A4 * theta2);
  return {
    x: (longitude * RADIANS_PER_DEGREE * Math.cos(theta)) / (M * slope),
    y: -theta * (A1 + A2 * theta2 + theta6 * (A3 + A4 * theta2)),
  };
};
