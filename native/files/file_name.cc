#include "native/files/file_name.h"

namespace fastserve::files {
namespace {

bool IsServableSegment(std::string_view segment, bool dotfiles) {
  if (segment.empty() || segment.size() > kMaxSegmentLength) return false;
  if (segment.front() != '.') return true;
  if (segment == "." || segment == "..") return false;
  return dotfiles || segment == ".well-known";
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

}  // namespace fastserve::files
