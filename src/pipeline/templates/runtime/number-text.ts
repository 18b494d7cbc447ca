/**
 * The text of a number, as String() gives it. Any thread; what it remembers belongs to the thread.
 *
 * DESIGN: V8 remembers the texts of whole numbers. For others it has a table too, but finds a place in it by bits in which prices and
 * the like do not differ, so that most are made anew each time: 0.12 us each, a tenth of a page with a price in each of 20 rows.
 * Here hundredths have places of their own.
 */
const PLACES = 512;
const numbers = new Float64Array(PLACES).fill(NaN);
const texts: string[] = new Array<string>(PLACES).fill('');

/** Two conversions to text of the same number may give the same string. */
export function numberText(value: number): string {
  if ((value | 0) === value) return `${value}`;
  const place = (value * 100) & (PLACES - 1);
  if (numbers[place] === value) return texts[place] as string;
  numbers[place] = value;
  return (texts[place] = `${value}`);
}
