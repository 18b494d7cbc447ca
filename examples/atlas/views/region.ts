/** A region: its map, and its countries by subregion. */
import { NotFound, type View, render } from 'fastserve';
import { type Country, type Region, findRegion } from '../data.ts';
import { formatArea, formatNumber } from '../format.ts';
import { regionMap } from '../geography/maps.ts';

export const region: View = (request, params) => {
  const found = findRegion(params.region);
  if (found === undefined) throw new NotFound();
  return render(request, 'region.html', {
    page: { title: found.name, description: `The ${found.countries.length} countries and territories of ${found.name}.` },
    region: found,
    map: regionMap(found),
    groups: groupsOf(found),
    areaOf: formatArea,
    summary: summaryOf(found),
  });
};

/** The countries under their subregions; one group without a title where there are none. */
function groupsOf({ countries, subregions }: Region): { title: string; countries: Country[] }[] {
  if (subregions.length === 0) return [{ title: '', countries }];
  return subregions.map((title) => ({ title, countries: countries.filter((country) => country.subregion === title) }));
}

function summaryOf({ countries }: Region): { label: string; value: string; country: Country | null }[] {
  const area = countries.reduce((sum, country) => sum + (country.area ?? 0), 0);
  const largest = countries.reduce((best, country) => ((country.area ?? 0) > (best.area ?? 0) ? country : best));
  const landlocked = countries.filter((country) => country.landlocked).length;
  return [
    { label: 'Countries and territories', value: formatNumber(countries.length), country: null },
    { label: 'Independent', value: formatNumber(countries.filter((country) => country.independent).length), country: null },
    { label: 'Land area', value: `${formatNumber(area)} km²`, country: null },
    { label: 'Largest', value: `${largest.name}, ${formatArea(largest)}`, country: largest },
    { label: 'Landlocked', value: formatNumber(landlocked), country: null },
  ];
}
