/**
 * The queue's record layout for JavaScript. native/queue/layout.h is the definition; test/gateway/queue/layout.test.ts compares
 * every name here with what the addon was compiled with.
 *
 * Plain constants, so that V8 folds them into the code that reads records.
 */

// ---- shared memory: offsets in bytes ----
export const STARTED_END = 0;
export const RING = 64;
export const RING_BYTES = 1 << 20;
export const SHARED_BYTES = RING + RING_BYTES;
export const SKIP_MARKER = 0x80000000;

// ---- tokens: slot of the exchange, then its generation ----
export const TOKEN_SLOT_BITS = 20;

// ---- flags word ----
export const KIND_MASK = 0xf;
export const KIND_REQUEST = 0;
export const KIND_CANCEL = 1;
/** Values of a cancel record; 0: the client has gone. */
export const CANCEL_TIME_SHORT = 1;
export const CANCEL_TIME_OVER = 2;
export const KIND_BODY_CHUNK = 2;
export const KIND_CREDIT = 3;
export const FLAG_BODY_STREAM = 1 << 4;
export const FLAG_CANCELLED = 1 << 5;
export const FLAG_HTTP10 = 1 << 6;
export const FLAG_TLS = 1 << 7;
export const FLAG_BODY_END = 1 << 8;
export const FLAG_BODY_ABORTED = 1 << 9;
export const FLAG_TRACED = 1 << 10;
export const FLAG_CHUNKED = 1 << 11;

export const ROUTE_UNMATCHED = 0xffff;
export const ROUTE_UNRESOLVED = 0xfffe;
/** A stream may be this many bytes ahead of its reader. */
export const STREAM_WINDOW = 262144;

// ---- request record: offsets in bytes from its start; the *_OFFSET, *_LENGTH pairs are two u16 ----
export const LENGTH = 0;
export const TOKEN = 4;
export const FLAGS = 8;
export const ROUTE = 12;
export const METHOD = 14;
export const PARAM_COUNT = 15;
export const METHOD_LENGTH = 16;
export const FIELD_COUNT = 18;
export const TARGET = 20;
export const PATH = 24;
export const QUERY = 28;
export const AUTHORITY = 32;
export const PEER_PORT = 36;
export const PEER_FAMILY = 38;
export const PEER_ADDRESS = 40;
export const HEAD_OFFSET = 56;
export const BODY_OFFSET = 60;
export const BODY_LENGTH = 64;
/** Where the field entries begin. */
export const FIELDS = 72;
export const FIELD_SIZE = 8;
export const PARAM_SIZE = 4;

// ---- control record ----
export const CONTROL_VALUE = 12;
export const CONTROL_SIZE = 16;

/** In what drain() returns: settle() is to be called behind the batch's microtasks. */
export const DRAIN_UNDECIDED = 1 << 30;

// ---- answer frame (native/addon/worker/answer_frame.h): words ----
export const FRAME_TOKEN = 0;
export const FRAME_CHANNEL = 1;
export const FRAME_STATUS = 2;
export const FRAME_HEAD = 3;
export const FRAME_LINES = 4;
export const FRAME_BASE = 5;
export const FRAME_TABLE = 6;
export const FRAME_TOKENS = 7;
export const FRAME_PAYLOAD_BYTES = 8;
export const WHOLE_PAYLOAD = 0xffffffff;

/** Method names by number; any other number is a method that stands in the head. */
export const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'CONNECT', 'TRACE'];

/** Lower-case field names by id; 0 is an unknown name. */
export const FIELD_NAMES = [
  '', 'host', 'connection', 'content-length', 'transfer-encoding', 'expect', 'upgrade', 'te', 'trailer', 'keep-alive',
  'proxy-connection', 'accept', 'accept-encoding', 'accept-language', 'authorization', 'cache-control', 'content-type',
  'content-encoding', 'cookie', 'date', 'forwarded', 'if-match', 'if-modified-since', 'if-none-match', 'if-range',
  'if-unmodified-since', 'origin', 'pragma', 'range', 'referer', 'sec-fetch-dest', 'sec-fetch-mode', 'sec-fetch-site',
  'sec-fetch-user', 'user-agent', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-request-id',
  'x-requested-with', 'x-csrf-token', 'traceparent', 'tracestate', 'priority', 'dnt', 'upgrade-insecure-requests',
  'sec-ch-ua', 'sec-ch-ua-mobile', 'sec-ch-ua-platform', 'sec-websocket-key', 'sec-websocket-version',
  'sec-websocket-protocol', 'sec-websocket-extensions',
];
