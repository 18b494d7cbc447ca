/**
 * The form of gathered pages for JavaScript. native/template/payload.h is the definition and says what the names mean;
 * test/gateway/answers/page-payload.test.ts compares every one with what the addon was compiled with.
 */

export const ESC = '\x1b';

// ---- ids: one or two characters, the first of two counts ID_CHARACTERS ----
export const ID_BASE = 0x40;
export const ID_CHARACTERS = 63;
export const MAX_ID_WIDTH = 2;

// ---- ids that every table has ----
export const ESC_ON = 0;
export const RAW_ON = 1;
export const ESC_BYTE = 2;
/** The id of literals[0]. */
export const FIRST_LITERAL = 3;

// ---- modes of literals ----
export const MODE_ESCAPE = 0;
export const MODE_RAW = 1;

// ---- refusals ----
export const REFUSED_COUNT = -1;
export const REFUSED_ID = -2;
export const REFUSED_ROOM = -3;
