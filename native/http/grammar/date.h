// HTTP dates (RFC 9110 5.6.7). Pure functions, any thread.
#pragma once

#include <cstdint>
#include <string_view>

namespace fastserve::http {

constexpr size_t kImfFixdateLength = 29;  // "Sun, 06 Nov 1994 08:49:37 GMT"

// Writes exactly kImfFixdateLength bytes. `seconds` since 1970, year 1970..9999.
void FormatImfFixdate(int64_t seconds, char* out);

// Any of the three formats that a recipient must accept. False when it is none of them or not a real date.
bool ParseHttpDate(std::string_view text, int64_t* seconds);

// Whether ParseHttpDate takes it. The last one that it took on this thread is not parsed again: answers of one second say the same.
bool IsHttpDate(std::string_view text);

}  // namespace fastserve::http
