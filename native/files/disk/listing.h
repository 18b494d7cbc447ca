// What a directory holds, for mounts that show it. I/O threads; blocks on the disk for as long as reading the names and
// asking for their sizes takes, which kMaxListed bounds.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "native/files/opening/safe_open.h"

namespace fastserve::files {

struct Mount;

constexpr size_t kMaxListed = 1000;      // entries shown
constexpr size_t kMaxNamesRead = 10'000;  // names looked at to find them: hidden ones count too

struct ListedEntry {
  std::string name;  // bytes as the file system has them
  bool is_directory = false;
  uint64_t size = 0;
  int64_t modified_seconds = 0;
};

struct Listing {
  std::vector<ListedEntry> entries;  // directories first, each group by the bytes of the names
  bool truncated = false;            // the directory has more; which ones are left out is not defined
};

// Reads `directory` ("" or ending with a slash) of the mount: what a request for a name would find. Hidden names are
// left out unless mount.dotfiles, and so are special files, links that lead out of the root or nowhere, and what
// vanishes meanwhile. kOpened sets *listing.
OpenStatus ReadListing(const Mount& mount, std::string_view directory, Listing* listing);

}  // namespace fastserve::files
