/**
 * How a rendering asks to be run again in another way. They are thrown by the runtime and caught by the environment only.
 */

/** A captured piece holds U+001B in a value: the page must be rendered in strict mode. */
export const NEEDS_STRICT = Symbol('needs strict mode');
/** A page that is gathered as bytes has no room for them: it must be gathered as text. */
export const NEEDS_TEXT = Symbol('needs to be gathered as text');
/** A page that is gathered as bytes holds a text beyond ASCII: its texts must be written one by one. */
export const NEEDS_WIDE = Symbol('needs its texts one by one');
/** A promise was met by the synchronous form of a template. */
export const NEEDS_ASYNC = Symbol('needs the asynchronous form');
