/** Places for values in messages: %(name)s, as Django writes them, with %% for a percent sign. Pure. */

const PLACE = /%(?:%|\((\w+)\)[sd])/g;

/** The message with its places filled: "%(count)s files" and { count: 3 } give "3 files". A place without a value stays as it is. */
export function fillPlaces(message: string, values: Readonly<Record<string, unknown>>): string {
  if (!message.includes('%')) return message;
  return message.replace(PLACE, (whole, name: string | undefined) => {
    if (name === undefined) return '%';
    return Object.hasOwn(values, name) ? String(values[name]) : whole;
  });
}

/** The names that a message has places for, in alphabetical order. */
export function placesOf(message: string): string[] {
  const names = new Set<string>();
  for (const [, name] of message.matchAll(PLACE)) if (name !== undefined) names.add(name);
  return [...names].sort();
}
