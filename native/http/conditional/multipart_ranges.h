// The content of a 206 with several ranges: multipart/byteranges (RFC 9110 14.6, RFC 2046 5.1.1). Pure, any thread.
//
//   --boundary CRLF Content-Type CRLF Content-Range CRLF CRLF <bytes of the first range> CRLF
//   --boundary CRLF Content-Type CRLF Content-Range CRLF CRLF <bytes of the second range> CRLF
//   --boundary-- CRLF
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "native/http/conditional/conditional.h"

namespace fastserve::http {

// "Content-Range: bytes 0-9/1000\r\n" (RFC 9110 14.4) for a representation of `size` bytes.
void AppendContentRange(const ByteRange& range, uint64_t size, std::string* fields);

// "Content-Range: bytes */1000\r\n", as a 416 says it.
void AppendUnsatisfiedRange(uint64_t size, std::string* fields);

// The Content-Type line of the whole answer. `boundary` is 1..70 letters and digits that the content cannot be known to
// hold: whoever may write content and guess the boundary could make parts of his own.
void AppendMultipartType(std::string_view boundary, std::string* fields);

// What stands before the bytes of a range. `is_first` has no bytes to separate from. An empty type is left out.
void AppendPartHead(std::string_view boundary, std::string_view content_type, const ByteRange& range, uint64_t size,
                    bool is_first, std::string* out);

// What stands behind the bytes of the last range.
void AppendMultipartEnd(std::string_view boundary, std::string* out);

}  // namespace fastserve::http
