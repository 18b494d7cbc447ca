// What must hold of request paths whatever a client sends: for the fuzzer and for the test that runs its seeds.
//
// DESIGN: the normal form is made a second time, slowly and in the opposite way: first a list of decoded segments, then a
// stack. Both must agree to the byte.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "native/files/names/file_name.h"
#include "native/files/names/location.h"
#include "native/http/grammar/path.h"

namespace fuzz {

// Percent-decoded once; nothing for a broken escape and for %00.
inline std::optional<std::string> DecodeSlowly(std::string_view raw) {
  constexpr std::string_view kDigits = "0123456789abcdef0123456789ABCDEF";
  std::string decoded;
  while (!raw.empty()) {
    if (raw.front() != '%') {
      decoded.push_back(raw.front());
      raw.remove_prefix(1);
      continue;
    }
    if (raw.size() < 3) return std::nullopt;
    const size_t high = kDigits.find(raw[1]);
    const size_t low = kDigits.find(raw[2]);
    if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
    const auto byte = static_cast<char>(high % 16 * 16 + low % 16);
    if (byte == '\0') return std::nullopt;
    decoded.push_back(byte);
    raw.remove_prefix(3);
  }
  return decoded;
}

// The normal form by a stack of segments, nothing for a path that is refused.
inline std::optional<std::string> NormalizeSlowly(std::string_view raw) {
  if (!raw.starts_with('/')) return std::nullopt;
  const std::optional<std::string> decoded = DecodeSlowly(raw);
  if (!decoded) return std::nullopt;
  std::vector<std::string> kept;
  bool open = false;  // ends with a slash
  for (size_t at = 1; at <= decoded->size();) {
    const size_t slash = std::min(decoded->find('/', at), decoded->size());
    const std::string segment = decoded->substr(at, slash - at);
    open = segment == "." || segment == "..";
    if (segment == ".." && kept.empty()) return std::nullopt;
    if (segment == "..") kept.pop_back();
    if (!open) kept.push_back(segment);
    at = slash + 1;
  }
  std::string normal;
  for (const std::string& segment : kept) normal.append("/").append(segment);
  return open ? normal + "/" : normal;
}

// A redirect to `path` and its slash: the same path when it is decoded, on the same host, and in one line.
inline std::string FindLocationFault(std::string_view path) {
  std::string location;
  fastserve::files::AppendDirectoryLocation(path, true, path, &location);
  if (!location.starts_with('/') || location.starts_with("//")) return "a redirect to another host";
  for (const char byte : location) {
    if (byte <= ' ' || byte > '~') return "a redirect with a byte that may not stand there";
  }
  const std::string own = location.substr(0, location.find('?'));
  if (own.find('\\') != std::string::npos) return "a redirect with what browsers take for a slash";
  const std::optional<std::string> back = DecodeSlowly(own);
  return back == std::string(path) + "/" ? "" : "a redirect to another path";
}

// Empty: all is well, else what is not.
inline std::string FindPathFault(std::string_view raw) {
  using fastserve::http::PathStatus;
  std::string out(raw.size(), '\xff');
  size_t length = 0;
  const PathStatus status = fastserve::http::NormalizePath(raw, out.data(), &length);
  const std::optional<std::string> expected = NormalizeSlowly(raw);
  if ((status == PathStatus::kBad) != !expected) return "one of two normalisers refuses";
  if (!expected) return "";
  if (status == PathStatus::kNormalized && length > raw.size()) return "a longer path than its raw form";
  const std::string normal = status == PathStatus::kUnchanged ? std::string(raw) : out.substr(0, length);
  if (normal != *expected) return "two normalisers disagree";
  const std::string_view name = std::string_view(normal).substr(1);
  const bool climbs = ("/" + std::string(name) + "/").find("/../") != std::string::npos;
  if (climbs && fastserve::files::IsServableName(name, true)) return "a servable name that climbs";
  const bool is_redirected = !normal.ends_with('/') && normal.find('\0') == std::string::npos;
  return is_redirected ? FindLocationFault(normal) : "";
}

}  // namespace fuzz
