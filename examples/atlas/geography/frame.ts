/**
 * Chooses what a map shows. The frame grows from the largest piece of land to all that lies near it, so that France is
 * drawn at the size of Europe's France and not shrunk until its islands in three oceans fit; what stays outside is told.
 */
import { type Box, type Flat, areaOf, boundsOf } from './path.ts';
import { type Point, type Projection, azimuthal, unprojectAzimuthal } from './projection.ts';
import type { Polygon } from './shapes.ts';
import type { Vector } from './sphere.ts';

/** Size of every map's picture. */
export const WIDTH = 800;
export const HEIGHT = 600;

export interface Frame {
  /** Degrees to picture units. */
  project: Projection;
  centre: Vector;
  /** Angle from the centre to a corner of the picture, radians. */
  radius: number;
  /** Size of a picture unit at the centre, radians. */
  unit: number;
  /** Some of the land lies outside. */
  partial: boolean;
}

/**
 * Land this near to the frame joins it: a share of the frame's diagonal, and never less than about 125 km (angles in
 * radians are distances in units of the earth's radius).
 */
const REACH_SHARE = 0.35;
const REACH_MINIMUM = 0.02;
/** A frame with less than this share of the land has missed the point (Kiribati, in three groups): it takes all. */
const SHARE_MINIMUM = 0.6;
/** Smallest width of a map, about 75 km. */
const MINIMUM_SPAN = 0.012;
/** Land smaller than 20 km is lost in any map of its own size: it is shown in 400 km of surroundings. */
const SPECK_SPAN = 0.003;
const SPECK_SURROUNDINGS = 0.06;
/** Room around the land, as a share of its extent. */
const MARGIN = 0.12;

/** The frame of the main part of these polygons; `fallback` is its middle when there are none. */
export function frameNear(polygons: readonly Polygon[], fallback: Vector): Frame {
  const seed = largestOf(polygons);
  if (seed === undefined) return toFrame(fallback, { left: 0, top: 0, right: 0, bottom: 0 }, false);
  const main = mainPart(polygons, azimuthal(seed.centre));
  return { ...frameAll(main), partial: main.length < polygons.length };
}

/** The frame of all these polygons, at least one. */
export function frameAll(polygons: readonly Polygon[]): Frame {
  const start = largestOf(polygons)?.centre ?? [1, 0, 0];
  const middle = unprojectAzimuthal(start, middleOf(extentOf(polygons, azimuthal(start))));
  // Around the land's own middle the extent differs a little: measured again, and shifted by what is left.
  return toFrame(middle, extentOf(polygons, azimuthal(middle)), false);
}

function largestOf(polygons: readonly Polygon[]): Polygon | undefined {
  return polygons.reduce<Polygon | undefined>((best, next) => (best && best.radius >= next.radius ? best : next), undefined);
}

function extentOf(polygons: readonly Polygon[], project: Projection): Box {
  return union(polygons.map((polygon) => boundsOf(projectRing(polygon, project))));
}

interface Piece {
  polygon: Polygon;
  box: Box;
  area: number;
}

function mainPart(polygons: readonly Polygon[], project: Projection): Polygon[] {
  const pieces = polygons.map((polygon) => {
    const ring = projectRing(polygon, project);
    return { polygon, box: boundsOf(ring), area: areaOf(ring) };
  });
  const near = grow(pieces);
  const kept = totalArea(near) < SHARE_MINIMUM * totalArea(pieces) ? pieces : near;
  return kept.map(({ polygon }) => polygon);
}

/** The largest piece, and again and again what lies within reach of all that was taken. */
function grow(pieces: readonly Piece[]): Piece[] {
  let waiting = [...pieces].sort((a, b) => b.area - a.area);
  const taken = waiting.splice(0, 1);
  let box = union(taken.map((piece) => piece.box));
  for (let before = -1; before !== taken.length; ) {
    before = taken.length;
    waiting = waiting.filter((piece) => {
      const limit = Math.max(REACH_MINIMUM, REACH_SHARE * Math.hypot(box.right - box.left, box.bottom - box.top));
      if (gapBetween(box, piece.box) > limit) return true;
      box = union([box, piece.box]);
      taken.push(piece);
      return false;
    });
  }
  return taken;
}

function totalArea(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, { area }) => sum + area, 0);
}

function toFrame(centre: Vector, box: Box, partial: boolean): Frame {
  const width = box.right - box.left;
  const height = box.bottom - box.top;
  const least = Math.max(width, height) < SPECK_SPAN ? SPECK_SURROUNDINGS : MINIMUM_SPAN;
  const room = 1 + 2 * MARGIN;
  const scale = Math.min(WIDTH / Math.max(least, width * room), HEIGHT / (height * room));
  const { x, y } = middleOf(box);
  const plane = azimuthal(centre);
  return {
    project: (longitude, latitude) => {
      const point = plane(longitude, latitude);
      return { x: (point.x - x) * scale + WIDTH / 2, y: (point.y - y) * scale + HEIGHT / 2 };
    },
    centre,
    radius: 2 * Math.asin(Math.min(1, (Math.hypot(WIDTH, HEIGHT) / 2 / scale + Math.hypot(x, y)) / 2)),
    unit: 1 / scale,
    partial,
  };
}

function projectRing(polygon: Polygon, project: Projection): Flat {
  return projectPoints(polygon.overview[0] ?? [], project);
}

/** Longitudes and latitudes to points of the plane. */
export function projectPoints(ring: Flat, project: Projection): Flat {
  const flat: Flat = [];
  for (let i = 0; i + 1 < ring.length; i += 2) {
    const { x, y } = project(ring[i] as number, ring[i + 1] as number);
    flat.push(x, y);
  }
  return flat;
}

function union(boxes: readonly Box[]): Box {
  return {
    left: Math.min(...boxes.map((box) => box.left)),
    top: Math.min(...boxes.map((box) => box.top)),
    right: Math.max(...boxes.map((box) => box.right)),
    bottom: Math.max(...boxes.map((box) => box.bottom)),
  };
}

function gapBetween(a: Box, b: Box): number {
  return Math.hypot(Math.max(0, a.left - b.right, b.left - a.right), Math.max(0, a.top - b.bottom, b.top - a.bottom));
}

function middleOf(box: Box): Point {
  return { x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2 };
}
