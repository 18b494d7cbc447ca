// The vocabulary of the HTTP codec: methods, known fields, one parsed request head. Plain data, any thread.
//
// Every offset is relative to the first byte of the request head, so that a head can be copied (into a shared-memory
// record, into a growing buffer) without touching what was parsed from it.
#pragma once

#include <cstdint>
#include <string_view>

#include "native/http/grammar/authority.h"

namespace fastserve::http {

// RFC 9110 9.3, RFC 5789. kOther is any other token; its name is at the start of the head.
// The numbers are part of the queue's record layout: append only.
enum class Method : uint8_t { kGet, kHead, kPost, kPut, kDelete, kPatch, kOptions, kConnect, kTrace, kOther };
constexpr int kMethodCount = 10;

// Upper-case name of a known method, "" for kOther.
std::string_view MethodName(Method method);

// Field names that the front itself reads or that views read often. The numbers are part of the queue's record layout
// (field.name_id; src/gateway interns the names by it): append only. FieldName gives the lower-case name.
enum class FieldId : uint8_t {
  kUnknown = 0, kHost, kConnection, kContentLength, kTransferEncoding, kExpect, kUpgrade, kTe, kTrailer, kKeepAlive,
  kProxyConnection, kAccept, kAcceptEncoding, kAcceptLanguage, kAuthorization, kCacheControl, kContentType,
  kContentEncoding, kCookie, kDate, kForwarded, kIfMatch, kIfModifiedSince, kIfNoneMatch, kIfRange,
  kIfUnmodifiedSince, kOrigin, kPragma, kRange, kReferer, kSecFetchDest, kSecFetchMode, kSecFetchSite,
  kSecFetchUser, kUserAgent, kVia, kXForwardedFor, kXForwardedHost, kXForwardedProto, kXRequestId, kXRequestedWith,
  kXCsrfToken, kTraceparent, kTracestate, kPriority, kDnt, kUpgradeInsecureRequests, kSecChUa, kSecChUaMobile,
  kSecChUaPlatform, kSecWebSocketKey, kSecWebSocketVersion, kSecWebSocketProtocol, kSecWebSocketExtensions,
  kCount
};
std::string_view FieldName(FieldId id);

// A set of field ids has a bit for each.
constexpr uint64_t BitOf(FieldId id) { return uint64_t{1} << static_cast<unsigned>(id); }
static_assert(static_cast<unsigned>(FieldId::kCount) <= 64, "field ids no longer fit a set");

// One field line. Eight bytes, copied as they are into the queue's request record.
struct Field {
  uint16_t name_offset;
  uint8_t name_length;   // 1..255
  uint8_t name_id;       // FieldId
  uint16_t value_offset; // after OWS
  uint16_t value_length; // before OWS
};
static_assert(sizeof(Field) == 8);

constexpr uint16_t kMaxFields = 256;
constexpr uint32_t kMaxHeadBytes = 49152;  // the most that HeadLimits may allow: offsets are 16 bits wide

// RFC 9112 3.2.
enum class TargetForm : uint8_t { kOrigin, kAbsolute, kAuthority, kAsterisk };

// RFC 9112 6.3: how the length of the request's content is known.
enum class BodyFraming : uint8_t { kNone, kLength, kChunked };

// The field lines of one message head, of either direction.
struct FieldBlock {
  uint16_t field_count;
  uint32_t head_length;  // from the start line through the empty line
  uint64_t known;        // BitOf every id that has a line; lines that are taken out may leave theirs
  Field fields[kMaxFields];

  // False: no line has one of these ids, a set of BitOf.
  bool MayHave(uint64_t ids) const { return (known & ids) != 0; }

  // First field with this id, or nullptr.
  const Field* Find(FieldId id) const {
    if (!MayHave(BitOf(id))) return nullptr;
    for (uint16_t i = 0; i < field_count; ++i) {
      if (fields[i].name_id == static_cast<uint8_t>(id)) return &fields[i];
    }
    return nullptr;
  }
};

struct RequestHead : FieldBlock {
  Method method;
  uint8_t minor_version;   // 0 or 1 of HTTP/1.x
  TargetForm form;
  BodyFraming framing;
  bool keep_alive;         // RFC 9112 9.3: version and Connection options taken together
  bool expect_continue;    // Expect: 100-continue on HTTP/1.1 with content to come
  bool has_query;          // a "?" was there, even with nothing behind it
  bool plain_path;         // the path, where it is not empty, is its own normal form (NormalizePath); false where that was not seen
  uint16_t method_length;  // the method token is at offset 0
  uint16_t target_offset, target_length;        // the request-target as sent
  uint16_t path_offset, path_length;            // raw absolute path; "/" when the absolute form has none (length 0)
  uint16_t query_offset, query_length;          // without "?"
  uint16_t authority_offset, authority_length;  // absolute-form's authority, else Host's value; length 0: none
  uint64_t content_length; // when framing is kLength
  KnownAuthority known_host; // the parser's, from head to head that it fills this with
};

// Settings of a listener. Bytes unless named otherwise.
struct HeadLimits {
  uint32_t request_line = 8192;   // longer: 414 (target) or 400 (method)
  uint32_t head = 32768;          // whole head: 431
  uint16_t field_count = 100;     // 431
};

}  // namespace fastserve::http
