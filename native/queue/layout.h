// The memory layout of the queue between an I/O thread and a worker: the one definition.
//
// README.md draws it and numbers the invariants (Q1...). src/gateway/queue/layout.ts repeats it for JavaScript;
// test/gateway/queue/layout.test.ts compares every number there with this file, through the addon.
//
// Request records live in a SharedArrayBuffer, because JavaScript reads them in place. Response records live in native
// memory: only native code writes and reads them, so they may hold pointers.
#pragma once

#include <cstddef>
#include <cstdint>

#include "native/http/types.h"

namespace fastserve::queue {

// ---- shared memory of one (I/O thread, worker slot) pair ------------------------------------------------------------

// Position behind the last record whose handler was called: a plain store by JavaScript before each call, read by the
// I/O thread only once the worker is dead (Q6).
constexpr uint32_t kStartedEndOffset = 0;
constexpr uint32_t kRequestRingOffset = 64;
constexpr uint32_t kRequestRingBytes = 1u << 20;  // a power of two
constexpr uint32_t kSharedBytes = kRequestRingOffset + kRequestRingBytes;

// A word with this bit, where a record's length would stand, says: skip that many bytes, the next record is at the
// start of the ring (Q3).
constexpr uint32_t kSkipMarker = 0x80000000u;
constexpr uint32_t kAlignment = 8;
constexpr uint32_t Align(uint32_t bytes) { return (bytes + kAlignment - 1) & ~(kAlignment - 1); }

// ---- request ring: I/O thread to worker -----------------------------------------------------------------------------

enum class RequestKind : uint32_t {
  kRequest = 0,
  kCancel = 1,      // abort request.signal; value: CancelReason
  kBodyChunk = 2,   // a piece of a streamed request body; value: byte count; the bytes follow
  kCredit = 3,      // value: bytes of a streamed response that the client has taken
};
enum class CancelReason : uint32_t {
  kClientGone = 0,
  kTimeShort = 1,  // the soft limit has passed: the answer is still wanted
  kTimeOver = 2,   // the client has been answered
};
constexpr uint32_t kKindMask = 0xF;
constexpr uint32_t kFlagBodyStream = 1u << 4;    // the body comes as kBodyChunk records
constexpr uint32_t kFlagCancelled = 1u << 5;     // set by the I/O thread in place: the client had gone before the start
constexpr uint32_t kFlagHttp10 = 1u << 6;
constexpr uint32_t kFlagTls = 1u << 7;
constexpr uint32_t kFlagBodyEnd = 1u << 8;       // kBodyChunk: the last piece (value may be 0)
constexpr uint32_t kFlagBodyAborted = 1u << 9;   // kBodyChunk: the body will never be complete
constexpr uint32_t kFlagTraced = 1u << 10;       // kRequest: the worker shall report its phases (ResponseKind::kPhases)
constexpr uint32_t kFlagChunked = 1u << 11;      // kRequest: its content came, or comes, in chunks

constexpr uint16_t kRouteUnmatched = 0xFFFF;
constexpr uint16_t kRouteUnresolved = 0xFFFE;
constexpr uint64_t kUnknownLength = ~uint64_t{0};

// Offsets named *_offset are from the request head (head_offset) unless they say "record".
struct RequestRecord {
  uint32_t length;            // whole record, a multiple of kAlignment
  uint32_t token;             // slot of the exchange | generation << kTokenSlotBits
  uint32_t flags;             // RequestKind | kFlag...
  uint16_t route;             // route id, kRouteUnmatched or kRouteUnresolved
  uint8_t method;             // http::Method
  uint8_t param_count;
  uint16_t method_length;     // the method is at offset 0
  uint16_t field_count;
  uint16_t target_offset, target_length;
  uint16_t path_offset, path_length;  // decoded and normalised; behind the head when it differs from the raw one
  uint16_t query_offset, query_length;
  uint16_t authority_offset, authority_length;
  uint16_t peer_port;
  uint8_t peer_family;        // 0 none (unix), 4, 6
  uint8_t reserved;
  uint8_t peer_address[16];   // network order
  uint32_t head_offset;       // in the record
  uint32_t body_offset;       // in the record
  uint64_t body_length;       // inline: byte count; streamed: declared length or kUnknownLength
  // then: http::Field[field_count], RecordParam[param_count], the head, the decoded path, the inline body
};
static_assert(sizeof(RequestRecord) == 72 && offsetof(RequestRecord, body_length) == 64);

struct RecordParam {
  uint16_t offset, length;    // from the head, as path_offset
};

struct ControlRecord {
  uint32_t length, token, flags, value;
  // kBodyChunk: `value` bytes follow
};
static_assert(sizeof(ControlRecord) == 16);

constexpr uint32_t kTokenSlotBits = 20;
constexpr uint32_t kTokenSlotMask = (1u << kTokenSlotBits) - 1;
constexpr uint32_t kTokenGenerationMask = (1u << (32 - kTokenSlotBits)) - 1;

// Bodies up to this size travel inside the request record; larger ones are streamed.
constexpr uint32_t kInlineBodyBytes = 16384;
// Content that has arrived with its head travels inside the record up to here, where the ring has room for it at once.
constexpr uint32_t kWholeBodyBytes = 81920;
// One kBodyChunk carries at most this.
constexpr uint32_t kBodyChunkBytes = 32768;
// A streamed request body may be this far ahead of the application; a streamed response this far ahead of the client.
constexpr uint32_t kStreamWindowBytes = 262144;

// ---- response ring: worker to I/O thread ----------------------------------------------------------------------------

constexpr uint32_t kResponseRingBytes = 1u << 20;

enum class ResponseKind : uint8_t {
  kFull,          // head and body
  kStreamStart,   // head only
  kStreamChunk,   // body only
  kStreamEnd,     // value 1: complete, 0: the application failed in the middle
  kDrop,          // the request ended without an answer (its client had gone)
  kBodyCredit,    // value: bytes of the request body that the application took
  kHints,         // head only, before the answer: 103 Early Hints (RFC 8297)
  kLimitRate,     // before the answer: http::LimitRate of it. value: bytes_per_s; declared_length: after
  kClosing,       // before the answer: the connection ends behind it
  kPhases,        // body only, before the answer: what a traced request spent its time on (src/gateway/queue/phases.ts)
};

enum class BodyHolder : uint8_t {
  kInline,  // behind the head in the record
  kSpill,   // `pointer` is a SpillBlock that the reader must free
  kStatic,  // `pointer` is a StaticBody with one reference for the reader
};

struct ResponseRecord {
  uint32_t length;
  uint32_t token;
  uint16_t status;
  ResponseKind kind;
  BodyHolder holder;
  uint32_t head_length;       // checked field lines
  uint64_t body_length;       // bytes of body in this record; credits and ends: the value
  int64_t declared_length;    // Content-Length that the application gave, -1 none
  void* pointer;
  uint64_t seal;              // of all of this and of its place in the ring (seal.h)
  // then: the head, the inline body
};
static_assert(sizeof(ResponseRecord) == 48);

// Bodies up to this size are copied into the ring; larger ones into a spill block.
constexpr uint32_t kInlineResponseBytes = 16384;

}  // namespace fastserve::queue
