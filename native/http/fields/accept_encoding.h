// Which content coding a client wants (RFC 9110 12.5.3). Pure, any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "native/http/types.h"

namespace fastserve::http {

enum class Coding : uint8_t { kIdentity, kBrotli, kZstd, kGzip };
constexpr size_t kCodingCount = 4;

// As Content-Encoding names it: "br", "zstd", "gzip"; "identity" is never sent.
std::string_view CodingName(Coding coding);

// A client's weights in thousandths, by Coding; 0: not acceptable, and for kIdentity also: not mentioned.
using CodingWeights = std::array<uint16_t, kCodingCount>;

// Reads all lines of Accept-Encoding; only kIdentity without one, although anything would be acceptable then: a client
// that does not ask may not decode. "x-gzip" is gzip (8.4.1.3). Of several weights for a coding the lowest counts.
CodingWeights ReadAcceptEncoding(const RequestHead& head, std::string_view head_bytes);

// The heaviest of `offered`, of equal ones the first; kIdentity when the client weighs it more, or accepts none of them
// (also when it refuses identity: a content that it may not like says more than a 406).
Coding ChooseCoding(const CodingWeights& weights, std::span<const Coding> offered);

}  // namespace fastserve::http
