// The words that lines of the access log are made of. Pure, any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace fastserve::log {

// How bytes are written that could end a line, a quotation or a JSON string, or upset a terminal: \xHH, or \u00HH.
enum class Escape : uint8_t { kText, kJson };

// At most `limit` bytes of escaped `value`, with "..." behind when that is not all of it.
void AppendEscaped(std::string_view value, size_t limit, Escape escape, std::string* out);

// Microseconds with three places: as milliseconds "0.532", as seconds "0.000". Negative ones are 0.
void AppendMilliseconds(int64_t us, std::string* out);
inline void AppendSeconds(int64_t us, std::string* out) { AppendMilliseconds(us / 1000, out); }

// RFC 3339 in UTC. Not gmtime_r: that one takes a lock of the C library, which the I/O threads would share.
void AppendTime(int64_t wall_ms, std::string* out);

// The common log format's: "22/Nov/2026:14:03:05 +0000".
void AppendCommonTime(int64_t wall_ms, std::string* out);

}  // namespace fastserve::log
