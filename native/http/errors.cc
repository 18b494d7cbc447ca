// The table behind HttpError.
#include "native/http/errors.h"

#include <array>

namespace fastserve::http {

const HttpErrorInfo& Describe(HttpError error) {
  // In the order of HttpError.
  static constexpr std::array<HttpErrorInfo, static_cast<size_t>(HttpError::kCount)> kTable = {{
      {200, "none", "No error."},
      {400, "bad-request-line", "The request line is malformed."},
      {400, "bad-method", "The request method is malformed."},
      {400, "bad-target", "The request target is malformed."},
      {400, "bad-version", "The protocol version is malformed."},
      {505, "unsupported-version", "Only HTTP/1.0 and HTTP/1.1 are supported."},
      {400, "bad-field", "A header field is malformed."},
      {400, "bad-host", "The Host field is missing, repeated or malformed."},
      {400, "bad-content-length", "The Content-Length field is malformed."},
      {400, "bad-transfer-encoding", "The Transfer-Encoding field is malformed."},
      {400, "conflicting-framing", "Content-Length and Transfer-Encoding exclude each other."},
      {501, "unsupported-coding", "The only supported transfer coding is chunked."},
      {400, "bad-chunk", "The chunked content is malformed."},
      {400, "bad-trailer", "The trailer section is malformed."},
      {414, "target-too-long", "The request target is too long."},
      {431, "head-too-large", "The header fields are too large."},
      {431, "too-many-fields", "There are too many header fields."},
      {413, "body-too-large", "The request content is too large."},
      {417, "expectation-failed", "The only supported expectation is 100-continue."},
      {408, "header-timeout", "The request head did not arrive in time."},
      {408, "body-timeout", "The request content did not arrive in time."},
      {400, "truncated", "The request ended too early."},
      {501, "connect-refused", "CONNECT is not supported."},
      {501, "method-too-long", "The method is longer than any that is known."},
      {400, "bad-forwarded", "The forwarding fields are malformed or contradict each other."},
  }};
  return kTable[static_cast<size_t>(error)];
}

}  // namespace fastserve::http
