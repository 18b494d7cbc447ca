/**
 * The atlas' maps as data for a template: paths to fill, markers for what is too small to see, and the lines of the
 * globe. That of the world is drawn when the module loads, before the first visitor comes; those of countries and regions at
 * first request, and kept.
 */
import { type Country, type Region, findCountry } from '../data.ts';
import { type Frame, HEIGHT, WIDTH, frameAll, frameNear, projectPoints } from './frame.ts';
import { graticuleAround, graticuleOfTheWorld, outlineOfTheWorld } from './graticule.ts';
import { type Box, type Flat, areaOf, boundsOf, clip, ringPath, simplify } from './path.ts';
import { type Projection, equalEarth } from './projection.ts';
import { OVERVIEW_DEGREES, type Polygon, allPolygons } from './shapes.ts';
import { RADIANS_PER_DEGREE, angleBetween, toVector } from './sphere.ts';

export interface Land {
  country: Country;
  /** Path data; "" when everything is too small to draw. */
  path: string;
  /** Centre of a circle to draw where the land would be a speck. */
  marker: { x: number; y: number } | null;
}

export interface AtlasMap {
  width: number;
  height: number;
  /** Outline of the sea to fill; "" where it fills the whole picture. */
  sea: string;
  graticule: string;
  /** What the map is about. */
  subjects: Land[];
  /** The land around it. */
  surroundings: Land[];
  /** Some of the subject's land lies outside the picture. */
  partial: boolean;
}

/** How a picture is drawn: where points fall, what is cut off, and how coarse it may be, in picture units. */
interface Canvas {
  project: Projection;
  box: Box;
  /** Draw from the overview of each outline. */
  overview: boolean;
  tolerance: number;
  /** Pieces smaller than this (square units) are left out of the surroundings. */
  speck: number;
  /** A country whose land covers less than this (square units) gets a marker. */
  markBelow: number;
  /** A country whose land covers less than this (square units) has its specks drawn as dots: an archipelago of atolls. */
  dotBelow: number;
}

/** What a map is about, and what is around it, which only needs to be recognised. */
const FINE = { tolerance: 0.6, speck: 1, markBelow: 40, dotBelow: 600 };
const COARSE = { tolerance: 1.1, speck: 3, markBelow: 0, dotBelow: 0 };
const DOT_RADIUS = 1.8;

const countryMaps = new Map<string, AtlasMap>();
const regionMaps = new Map<string, AtlasMap>();

/** A country among its neighbours. */
export function countryMap(country: Country): AtlasMap {
  return remember(countryMaps, country.code, () => {
    const isSubject = among([country]);
    return drawAround([country], frameNear(allPolygons.filter(isSubject), toVector(country.longitude, country.latitude)));
  });
}

/** A region's countries and what is around them. */
export function regionMap(region: Region): AtlasMap {
  return remember(regionMaps, region.slug, () => drawAround(region.countries, regionFrame(region)));
}

function remember(maps: Map<string, AtlasMap>, key: string, draw: () => AtlasMap): AtlasMap {
  let map = maps.get(key);
  if (map === undefined) {
    map = draw();
    maps.set(key, map);
  }
  return map;
}

/** What a region's frame leaves out of account, so that far islets do not make everything else small. */
interface FrameRule {
  without: readonly string[];
  /** Radius in radians of the smallest piece of land that counts. */
  least: number;
}

const FRAME_RULES: Record<string, FrameRule> = {
  // Russia is listed with Europe, but its Asian part would push all the rest into a corner.
  europe: { without: ['RUS', 'SJM'], least: 0.01 },
  americas: { without: [], least: 0.03 },
  africa: { without: [], least: 0.02 },
};
const ALL_LAND: FrameRule = { without: [], least: 0 };

function regionFrame({ slug, countries }: Region): Frame {
  const { without, least } = FRAME_RULES[slug] ?? ALL_LAND;
  const counts = among(countries.filter(({ code }) => !without.includes(code)));
  return frameAll(allPolygons.filter((piece) => counts(piece) && piece.radius >= least));
}

function drawAround(subjects: readonly Country[], frame: Frame): AtlasMap {
  const isSubject = among(subjects);
  const visible = allPolygons.filter((piece) => angleBetween(piece.centre, frame.centre) < piece.radius + frame.radius);
  const overview = frame.unit * FINE.tolerance > OVERVIEW_DEGREES * RADIANS_PER_DEGREE;
  const canvas = { project: frame.project, box: { left: -8, top: -8, right: WIDTH + 8, bottom: HEIGHT + 8 }, overview, ...FINE };
  return {
    width: WIDTH,
    height: HEIGHT,
    sea: '',
    graticule: graticuleAround(frame),
    subjects: drawLands(visible.filter(isSubject), canvas, subjects),
    surroundings: drawLands(visible.filter((piece) => !isSubject(piece)), { ...canvas, ...COARSE }, []),
    partial: frame.partial,
  };
}

const WORLD_WIDTH = 1000;
const WORLD_SCALE = WORLD_WIDTH / (2 * equalEarth(180, 0).x);
const WORLD_HEIGHT = Math.ceil(2 * equalEarth(0, -90).y * WORLD_SCALE);

function drawWorld(): AtlasMap {
  const project: Projection = (longitude, latitude) => {
    const { x, y } = equalEarth(longitude, latitude);
    return { x: x * WORLD_SCALE + WORLD_WIDTH / 2, y: y * WORLD_SCALE + WORLD_HEIGHT / 2 };
  };
  const box = { left: 0, top: 0, right: WORLD_WIDTH, bottom: WORLD_HEIGHT };
  const canvas = { project, box, overview: true, tolerance: 0.6, speck: 1, markBelow: 4, dotBelow: 0 };
  return {
    width: WORLD_WIDTH,
    height: WORLD_HEIGHT,
    sea: outlineOfTheWorld(project),
    graticule: graticuleOfTheWorld(project),
    subjects: drawLands(allPolygons, canvas, []),
    surroundings: [],
    partial: false,
  };
}

function among(list: readonly Country[]): (piece: Polygon) => boolean {
  const codes = new Set(list.map(({ code }) => code));
  return ({ code }) => codes.has(code);
}

/** `always` are countries that get a marker even when the data set has no outline for them. */
function drawLands(pieces: readonly Polygon[], canvas: Canvas, always: readonly Country[]): Land[] {
  const byCode = new Map<string, Polygon[]>(always.map((country) => [country.code, []]));
  for (const piece of pieces) {
    const group = byCode.get(piece.code);
    if (group === undefined) byCode.set(piece.code, [piece]);
    else group.push(piece);
  }
  return [...byCode].flatMap(([code, group]) => {
    const country = findCountry(code);
    const land = country && drawLand(country, group, canvas);
    return land && (land.path !== '' || land.marker !== null) ? [land] : [];
  });
}

function drawLand(country: Country, pieces: readonly Polygon[], canvas: Canvas): Land {
  const shown = pieces.flatMap(({ rings, overview }) =>
    (canvas.overview ? overview : rings).map((ring) => {
      const points = clip(projectPoints(ring, canvas.project), canvas.box);
      return { points, area: areaOf(points) };
    }),
  );
  const covered = shown.reduce((sum, { area }) => sum + area, 0);
  let path = '';
  for (const { points, area } of shown) {
    if (area >= canvas.speck) path += ringPath(simplify(points, canvas.tolerance));
    else if (covered < canvas.dotBelow && points.length > 0) path += dot(points);
  }
  return { country, path, marker: covered < canvas.markBelow ? markerFor(country, pieces, canvas) : null };
}

/** An octagon, which at this size is a disc. */
function dot(points: Flat): string {
  const { left, right, top, bottom } = boundsOf(points);
  const corners = Array.from({ length: 8 }, (_, index) => (index * Math.PI) / 4);
  return ringPath(corners.flatMap((angle) => [(left + right) / 2 + DOT_RADIUS * Math.cos(angle), (top + bottom) / 2 + DOT_RADIUS * Math.sin(angle)]));
}

function markerFor(country: Country, pieces: readonly Polygon[], canvas: Canvas): Land['marker'] {
  const largest = pieces.reduce<Polygon | undefined>((best, next) => (best && best.radius >= next.radius ? best : next), undefined);
  const box = largest && boundsOf(projectPoints(largest.rings[0] ?? [], canvas.project));
  const at = box
    ? { x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2 }
    : canvas.project(country.longitude, country.latitude);
  return { x: Math.round(at.x), y: Math.round(at.y) };
}

/** The whole world, every country a subject. Below what it is drawn with. */
export const worldMap: AtlasMap = drawWorld();
