/** The home page: the map of the world, the regions, and a few facts. */
import { type View, render } from 'fastserve';
import { regions } from '../data.ts';
import { facts, totals } from '../facts.ts';
import { worldMap } from '../geography/maps.ts';

const page = {
  title: 'The world, one country at a time',
  description: `An atlas of ${totals.countries} countries and territories: flags, outlines, languages, currencies and neighbours.`,
};

export const home: View = (request) => render(request, 'home.html', { page, map: worldMap, regions, facts, totals });
