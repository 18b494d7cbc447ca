/**
 * Methods of built-in objects that templates may call: they only look, their cost is bounded by their input, and none takes a
 * function or gives one.
 */

const LISTS: readonly (readonly [object, string])[] = [
  [
    String.prototype,
    'at charAt charCodeAt codePointAt concat endsWith includes indexOf lastIndexOf localeCompare normalize slice split startsWith ' +
      'substring toLowerCase toLocaleLowerCase toLocaleUpperCase toUpperCase toString trim trimEnd trimStart',
  ],
  [Number.prototype, 'toExponential toFixed toLocaleString toPrecision toString'],
  [BigInt.prototype, 'toLocaleString toString'],
  [Boolean.prototype, 'toString'],
  [Array.prototype, 'at concat entries includes indexOf join keys lastIndexOf slice toReversed values'],
  [Map.prototype, 'entries get has keys values'],
  [Set.prototype, 'entries has keys values'],
  [
    Date.prototype,
    'getDate getDay getFullYear getHours getMilliseconds getMinutes getMonth getSeconds getTime getTimezoneOffset ' +
      'getUTCDate getUTCDay getUTCFullYear getUTCHours getUTCMinutes getUTCMonth getUTCSeconds toDateString toISOString toJSON ' +
      'toLocaleDateString toLocaleString toLocaleTimeString toString toTimeString toUTCString valueOf',
  ],
  [URL.prototype, 'toString'],
  [URLSearchParams.prototype, 'entries get getAll has keys toString values'],
];

/** By the prototype that has them. */
export const METHODS: ReadonlyMap<object, ReadonlySet<string>> = new Map(
  LISTS.map(([prototype, names]) => [prototype, new Set(names.split(' '))]),
);
