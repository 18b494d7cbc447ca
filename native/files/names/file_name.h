// Which names a mount may serve at all, before any file system is asked. Pure, any thread.
#pragma once

#include <string_view>

namespace fastserve::files {

constexpr size_t kMaxNameLength = 4095;    // PATH_MAX without its NUL
constexpr size_t kMaxSegmentLength = 255;  // NAME_MAX

// True when `name` (relative to the root, decoded, dot segments removed) can mean a file of the mount.
// Refused: nothing, an empty segment ("a//b", "/a", "a/"), "." and "..", a NUL, names that are too long, and hidden
// segments (".git", but not ".well-known" of RFC 8615) unless `dotfiles`.
bool IsServableName(std::string_view name, bool dotfiles);

constexpr size_t kBuiltHashLength = 12;  // as src/config/built-name.ts writes it

// True when the last segment of `name` is one that a build gives: "site.3f9a1c2b0d4e.css", "LICENSE.3f9a1c2b0d4e". The
// build need not have such a file.
bool IsBuiltName(std::string_view name);

}  // namespace fastserve::files
