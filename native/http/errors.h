// Every way in which a request can be refused before it reaches an application, with the status that the client sees.
#pragma once

#include <cstdint>
#include <string_view>

namespace fastserve::http {

// kNone is "no error". After each of these the connection is closed: framing is lost or the peer is hostile.
enum class HttpError : uint8_t {
  kNone = 0,
  kBadRequestLine,        // 400
  kBadMethod,             // 400: not a token
  kBadTarget,             // 400: a byte that RFC 3986 does not allow, or no form of RFC 9112 3.2
  kBadVersion,            // 400: not HTTP/d.d
  kUnsupportedVersion,    // 505: HTTP/d.d, but not 1.d
  kBadField,              // 400: name, colon, obs-fold, control byte, bare CR or LF
  kBadHost,               // 400: missing, twice, or not an authority
  kBadContentLength,      // 400
  kBadTransferEncoding,   // 400
  kConflictingFraming,    // 400: Content-Length and Transfer-Encoding
  kUnsupportedCoding,     // 501: a transfer coding other than chunked
  kBadChunk,              // 400
  kBadTrailer,            // 400
  kTargetTooLong,         // 414
  kHeadTooLarge,          // 431
  kTooManyFields,         // 431
  kBodyTooLarge,          // 413
  kExpectationFailed,     // 417
  kHeaderTimeout,         // 408
  kBodyTimeout,           // 408
  kTruncated,             // 400: the peer ended inside a message
  kConnectRefused,        // 501: CONNECT
  kMethodTooLong,         // 501: longer than any method that is known
  kBadForwarded,          // 400: what a trusted proxy says of the client is malformed or contradicts itself
  kCount
};

struct HttpErrorInfo {
  uint16_t status;
  std::string_view name;  // stable, for logs and tests: "bad-request-line"
  std::string_view text;  // one sentence for the client, constant
};
const HttpErrorInfo& Describe(HttpError error);

}  // namespace fastserve::http
