// What is compressed while serving, and how. Immutable once serving.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "native/http/fields/accept_encoding.h"

namespace fastserve::compress {

struct Policy {
  std::vector<http::Coding> codings;             // the preferred first; empty: nothing is compressed
  std::array<int, http::kCodingCount> levels{};  // by Coding, within LevelsOf
  std::vector<std::string> types;                // patterns of media_type.h
  uint64_t min_bytes = 1 << 10;                  // smaller contents fit one packet anyway
  uint64_t max_bytes = 1 << 20;
  size_t cache_bytes = 32 << 20;                 // of the results that are kept

  int LevelOf(http::Coding coding) const { return levels[static_cast<size_t>(coding)]; }
  // Whether a content of this type (a Content-Type value) and size is worth trying.
  bool Covers(std::string_view content_type, uint64_t size_bytes) const;
};

}  // namespace fastserve::compress
