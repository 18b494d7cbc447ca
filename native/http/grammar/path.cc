// Percent-decoding, then dot segments: in this order, so that "%2e%2e" climbs no further than "..".
#include "native/http/grammar/path.h"

#include <cstring>

#include "native/base/bytes.h"

namespace fastserve::http {

namespace {

constexpr size_t kBroken = static_cast<size_t>(-1);

// RFC 3986 2.1. The decoded length, kBroken for an escape without two digits and for %00.
size_t DecodeEscapes(std::string_view raw, char* out) {
  size_t length = 0;
  for (size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] != '%') {
      out[length++] = raw[i];
      continue;
    }
    if (raw.size() - i < 3) return kBroken;
    const int high = base::HexDigit(raw[i + 1]);
    const int low = base::HexDigit(raw[i + 2]);
    if (high < 0 || low < 0 || (high | low) == 0) return kBroken;
    out[length++] = static_cast<char>(high * 16 + low);
    i += 2;
  }
  return length;
}

// The segment of `path` that begins at `start`, without its slash.
std::string_view SegmentAt(std::string_view path, size_t start) {
  const size_t slash = path.find('/', start);
  return path.substr(start, slash == std::string_view::npos ? slash : slash - start);
}

bool IsDotSegment(std::string_view segment) { return segment == "." || segment == ".."; }

// `path` begins with "/".
bool HasDotSegment(std::string_view path) {
  for (size_t at = path.find("/."); at != std::string_view::npos; at = path.find("/.", at + 1)) {
    if (IsDotSegment(SegmentAt(path, at + 1))) return true;
  }
  return false;
}

// RFC 3986 5.2.4 in place: `path` begins with "/"; a last "." or ".." leaves its slash. The new length, kBroken when
// a ".." stands at the root.
size_t RemoveDotSegments(char* path, size_t size) {
  const std::string_view input(path, size);
  size_t length = 0;  // path[0, length) is finished: "" or "/a/b"
  for (size_t slash = 0; slash < size;) {
    const std::string_view segment = SegmentAt(input, slash + 1);
    const size_t next = slash + 1 + segment.size();
    const bool closes = next == size && IsDotSegment(segment);  // before memmove may overwrite the segment
    if (segment == "..") {
      if (length == 0) return kBroken;
      while (path[--length] != '/') {
      }
    } else if (segment != ".") {
      std::memmove(path + length, path + slash, next - slash);
      length += next - slash;
    }
    if (closes) path[length++] = '/';
    slash = next;
  }
  return length;
}

}  // namespace

PathStatus NormalizePath(std::string_view raw, char* out, size_t* length) {
  if (raw.empty() || raw.front() != '/') return PathStatus::kBad;
  const bool escaped = raw.find('%') != std::string_view::npos;
  if (!escaped && !HasDotSegment(raw)) return PathStatus::kUnchanged;
  const size_t decoded = DecodeEscapes(raw, out);
  if (decoded == kBroken) return PathStatus::kBad;
  const size_t normal = RemoveDotSegments(out, decoded);
  if (normal == kBroken) return PathStatus::kBad;
  *length = normal;
  return PathStatus::kNormalized;
}

}  // namespace fastserve::http
