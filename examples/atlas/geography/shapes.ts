/**
 * The outlines of all countries, read from the data set's GeoJSON when the module loads: about 400,000 points, 9 MB of
 * JSON, a quarter of a second once per worker. Coordinates stay in degrees; the maps project them.
 */
import { readDataset } from '../dataset.ts';
import { countries } from '../data.ts';
import { type Flat, simplify } from './path.ts';
import { type Vector, angleBetween, meanDirection, toVector } from './sphere.ts';

/** Closed ring: longitude, latitude, longitude, latitude... in degrees; the last point repeats the first. */
export type Ring = Flat;

/** One piece of land: its shore first, then its holes. */
export interface Polygon {
  /** Upper-case three-letter code of the country it belongs to. */
  code: string;
  rings: Ring[];
  /** The same, thinned for maps on which OVERVIEW_DEGREES cannot be seen. */
  overview: Ring[];
  /** The cap of the sphere that holds the overview: direction of the centre and angular radius in radians. */
  centre: Vector;
  radius: number;
}

interface FeatureCollection {
  features: { geometry: PolygonGeometry | MultiPolygonGeometry | null }[];
}
interface PolygonGeometry {
  type: 'Polygon';
  coordinates: number[][][];
}
interface MultiPolygonGeometry {
  type: 'MultiPolygon';
  coordinates: number[][][][];
}

/** Longest edge in degrees: longer ones (the 49th parallel) get points between, or a projection would straighten them. */
const MAX_EDGE_DEGREES = 1.5;

/** How far an overview may be off, degrees: 3 km. */
export const OVERVIEW_DEGREES = 0.03;

/** Every piece of land of every country, in no useful order. A country without a published outline has none. */
export const allPolygons: readonly Polygon[] = countries.flatMap((country) => loadPolygons(country.code));

function loadPolygons(code: string): Polygon[] {
  const collection = readDataset(`data/${code.toLowerCase()}.geo.json`) as FeatureCollection;
  return collection.features.flatMap(({ geometry }) => {
    if (geometry === null || geometry === undefined) return [];
    const parts = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates;
    return parts.map((rings) => toPolygon(code, rings));
  });
}

function toPolygon(code: string, coordinates: number[][][]): Polygon {
  const rings = coordinates.map(toRing);
  const overview = rings.map((ring) => simplify(ring, OVERVIEW_DEGREES));
  const shore = vectorsOf(overview[0] ?? []);
  const centre = meanDirection(shore);
  const radius = shore.reduce((widest, point) => Math.max(widest, angleBetween(centre, point)), 0);
  return { code, rings, overview, centre, radius };
}

function vectorsOf(ring: Ring): Vector[] {
  return ring.flatMap((longitude, offset) => (offset % 2 === 0 ? [toVector(longitude, ring[offset + 1] as number)] : []));
}

function toRing(points: number[][]): Ring {
  const ring: number[] = [];
  let previous: number[] | undefined;
  for (const point of points) {
    const [longitude = 0, latitude = 0] = point;
    if (previous !== undefined) {
      const [fromLongitude = 0, fromLatitude = 0] = previous;
      const length = Math.hypot(longitude - fromLongitude, latitude - fromLatitude);
      const steps = Math.ceil(length / MAX_EDGE_DEGREES);
      for (let step = 1; step < steps; step++) {
        const share = step / steps;
        ring.push(fromLongitude + (longitude - fromLongitude) * share, fromLatitude + (latitude - fromLatitude) * share);
      }
    }
    ring.push(longitude, latitude);
    previous = point;
  }
  return ring;
}
