#include "native/files/disk/listing.h"

#include <dirent.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <utility>

#include "native/files/mount.h"
#include "native/files/names/file_name.h"

namespace fastserve::files {
namespace {

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};
using OpenDirectory = std::unique_ptr<DIR, CloseDirectory>;

bool Precedes(const ListedEntry& a, const ListedEntry& b) {
  if (a.is_directory != b.is_directory) return a.is_directory;
  return a.name < b.name;
}

// Fills *entry with what a request for `name` would find: a file (kOpened) or a directory (kDirectory).
OpenStatus Describe(const Mount& mount, std::string_view directory, std::string_view name, ListedEntry* entry) {
  if (!IsServableName(name, mount.dotfiles)) return OpenStatus::kNotFound;
  const std::string path = std::string(directory).append(name);
  FileStamp stamp;
  const OpenStatus status = StampBeneath(mount.root_fd.get(), path.c_str(), &stamp);
  entry->name = name;
  entry->is_directory = status == OpenStatus::kDirectory;
  entry->size = stamp.size;
  entry->modified_seconds = stamp.modified_seconds;
  return status;
}

}  // namespace

OpenStatus ReadListing(const Mount& mount, std::string_view directory, Listing* listing) {
  const std::string_view name = directory.substr(0, directory.empty() ? 0 : directory.size() - 1);
  if (!directory.empty() && !IsServableName(name, mount.dotfiles)) return OpenStatus::kNotFound;
  base::UniqueFd fd;
  const OpenStatus status =
      OpenDirectoryBeneath(mount.root_fd.get(), name.empty() ? "." : std::string(name).c_str(), &fd);
  if (status != OpenStatus::kOpened) return status;
  const OpenDirectory opened(::fdopendir(fd.get()));
  if (!opened) return OpenStatus::kExhausted;
  fd.Release();  // the DIR owns it now
  for (size_t names = 0;; ++names) {
    errno = 0;
    const dirent* found = ::readdir(opened.get());
    if (found == nullptr && errno != 0) return OpenStatus::kFailed;
    if (found == nullptr) break;
    ListedEntry entry;
    if (names == kMaxNamesRead) {
      listing->truncated = true;
      break;
    }
    const OpenStatus described = Describe(mount, directory, found->d_name, &entry);
    // A name that could not be looked at for want of descriptors may be there: no listing is better than a wrong one.
    if (described == OpenStatus::kExhausted || described == OpenStatus::kFailed) return described;
    if (described != OpenStatus::kOpened && described != OpenStatus::kDirectory) continue;
    if (listing->entries.size() == kMaxListed) {
      listing->truncated = true;
      break;
    }
    listing->entries.push_back(std::move(entry));
  }
  std::ranges::sort(listing->entries, Precedes);
  return OpenStatus::kOpened;
}

}  // namespace fastserve::files
