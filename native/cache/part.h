// Parts of a representation, and what may be put together of them (RFC 9111 3.3 and 3.4, RFC 9110 15.3.7.3). Pure, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fastserve::cache {

// Where a stored content lies in the representation that it is a part of.
struct Part {
  uint64_t first = 0;  // offset of its first byte
  uint64_t total = 0;  // bytes of the whole; 0: the content is the whole

  bool is_part() const { return total != 0; }
  // Whether content of `size` bytes there has all of these.
  bool Has(size_t size, uint64_t begin, uint64_t length) const { return begin >= first && begin + length <= first + size; }
};

// Content-Range of a single part (RFC 9110 14.4): the part, and in *length how many bytes it has. Nothing for what is malformed, of
// another unit, of a whole of unknown length, or the whole itself with nothing missing at either end of it.
std::optional<Part> ReadContentRange(std::string_view value, uint64_t* length);

struct PartContent {
  Part part;
  std::string bytes;
};

// Puts an older part of the same representation (its strong entity-tag is the same) together with *newer, whose bytes count where both have
// some. False, with *newer as it was, where a gap would be left, or more than `most` bytes would come of it.
bool Combine(const Part& older, std::string_view older_bytes, size_t most, PartContent* newer);

}  // namespace fastserve::cache
