/** What goes wrong while rendering and is the template's or its values' fault. The environment adds place and pointer. */

export class Fault extends Error {
  override readonly name: string = 'Fault';
}

/** A name or an attribute that is undefined was shown, iterated or given to a filter (development only). */
export class UndefinedValue extends Fault {
  override readonly name = 'UndefinedValue';
}
