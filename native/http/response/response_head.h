// Response heads: status lines, the cached Date field, checked field blocks, constant error responses.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "native/http/errors.h"
#include "native/http/response/bandwidth.h"

namespace fastserve::http {

// "HTTP/1.1 200 OK\r\n" for 100..599; an unregistered code gets an empty reason ("HTTP/1.1 299 \r\n").
// Statuses outside 100..999 are a caller's bug. The view lives for ever.
std::string_view StatusLine(uint16_t status);

// Reason phrase of a registered status, "" otherwise.
std::string_view ReasonPhrase(uint16_t status);

// True when a response with this status never has content: 1xx, 204, 304 (RFC 9110 6.4.1).
constexpr bool StatusForbidsBody(uint16_t status) { return status < 200 || status == 204 || status == 304; }

// True when a response with this status has no content: beside those, 205, which says so with its length (RFC 9110 15.3.6).
constexpr bool StatusForbidsContent(uint16_t status) { return StatusForbidsBody(status) || status == 205; }

// "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n", rebuilt when the second changes. One per I/O thread.
class DateField {
 public:
  static constexpr size_t kLength = 6 + 29 + 2;
  std::string_view At(int64_t wall_seconds);

 private:
  int64_t second_ = -1;
  char text_[kLength];
};

enum class FieldBlockStatus : uint8_t { kOk, kBadName, kBadValue, kBadSyntax, kBadLength };

// Checks an application's field block ("Name: value\r\n"...) before it may reach the wire: names are tokens, values hold
// no CR, LF, NUL or other control byte except HTAB (CWE-113), every line ends in CRLF. Appends to *out every line except
// those that the server itself decides: Connection, Content-Length, Transfer-Encoding, Keep-Alive, Upgrade, Trailer,
// Proxy-Connection, Date and Server... (a Date given by the application is dropped, ours is sent).
// *declared_length receives the value of a dropped Content-Length, or -1; kBadLength is one that is no number, or two that differ
// (RFC 9110 8.6). Nothing is appended unless kOk.
// With `limit_rate` X-Accel-Limit-Rate is dropped, too: what it says is put there, where it says anything.
FieldBlockStatus AppendCheckedFields(std::string_view block, std::string* out, int64_t* declared_length,
                                     LimitRate* limit_rate = nullptr);

// The body of a constant error or status page: "404 Not Found\n" in text/plain. The view lives for ever.
std::string_view StatusBody(uint16_t status);

}  // namespace fastserve::http
