#include "native/files/names/file_name.h"

namespace fastserve::files {
namespace {

bool IsServableSegment(std::string_view segment, bool dotfiles) {
  if (segment.empty() || segment.size() > kMaxSegmentLength) return false;
  if (segment.front() != '.') return true;
  if (segment == "." || segment == "..") return false;
  return dotfiles || segment == ".well-known";
}

bool IsHash(std::string_view text) {
  return text.size() == kBuiltHashLength && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace

bool IsServableName(std::string_view name, bool dotfiles) {
  if (name.size() > kMaxNameLength || name.find('\0') != std::string_view::npos) return false;
  while (true) {
    const size_t slash = name.find('/');
    if (!IsServableSegment(name.substr(0, slash), dotfiles)) return false;
    if (slash == std::string_view::npos) return true;
    name.remove_prefix(slash + 1);
  }
}

bool IsBuiltName(std::string_view name) {
  name.remove_prefix(name.rfind('/') + 1);  // npos + 1 is 0
  const size_t last = name.rfind('.');
  if (last == std::string_view::npos) return false;
  if (IsHash(name.substr(last + 1))) return true;
  const std::string_view stem = name.substr(0, last);
  const size_t before = stem.rfind('.');
  return before != std::string_view::npos && IsHash(stem.substr(before + 1));
}

}  // namespace fastserve::files
