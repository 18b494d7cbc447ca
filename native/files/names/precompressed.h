// The names under which the coded forms of a file lie beside it. Pure, any thread.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

#include "native/http/fields/accept_encoding.h"

namespace fastserve::files {

inline constexpr std::array<std::string_view, http::kCodingCount> kCodingSuffixes = {"", ".br", ".zst", ".gz"};

// What is appended to a file's name: ".br" and so on, "" for identity.
constexpr std::string_view CodingSuffix(http::Coding coding) { return kCodingSuffixes[static_cast<size_t>(coding)]; }

// True for names that are such a form themselves: nobody compresses them again.
constexpr bool HasCodingSuffix(std::string_view name) {
  return std::ranges::any_of(kCodingSuffixes, [&](std::string_view suffix) { return !suffix.empty() && name.ends_with(suffix); });
}

}  // namespace fastserve::files
