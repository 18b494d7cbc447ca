/** namespace(count=0): an object whose attributes {% set %} may change, also from inside of a loop. */

export class Namespace extends Map<string, unknown> {}
