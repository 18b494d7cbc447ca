// The listings of one I/O thread that were made last, for a moment: a peer that asks for one again and again makes the
// thread read the directory only once in that time.
//
// DESIGN: direct-mapped, as AbsenceTable is: few listings are asked for at once, and their memory is bounded by the
// slots (a listing is at most some hundred KiB).
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "native/files/disk/listing.h"
#include "native/files/mount.h"
#include "native/files/opening/safe_open.h"
#include "native/files/representation/open_file.h"

namespace fastserve::files {

enum class ListingFormat : uint8_t { kHtml, kJson };

class ListingCache {
 public:
  static constexpr size_t kSlots = 16;
  static constexpr int64_t kTimeToLiveMs = 1000;

  // Without `waits` directories are read elsewhere: Find is kWouldBlock until Adopt was told.
  explicit ListingCache(bool waits = true) : waits_(waits) {}
  ListingCache(const ListingCache&) = delete;
  ListingCache& operator=(const ListingCache&) = delete;
  ~ListingCache() { Clear(); }

  // The listing of `directory` (relative to the root, "" or ending with a slash), which `path` is the URL path of, as
  // content in memory. *file is set for kOpened; it is the cache's and valid until the next call, unless retained.
  OpenStatus Find(const Mount& mount, std::string_view directory, std::string_view path, ListingFormat format,
                  int64_t now_ms, OpenFile** file);

  // Takes what ReadListing has found for whoever asks with an earlier `now_ms`: what it makes of it is known for one time to live.
  void Adopt(const Mount& mount, std::string_view directory, OpenStatus status, const Listing& listing, int64_t now_ms);

  void Clear();

 private:
  // What was read elsewhere, and last.
  struct Adopted {
    const Mount* mount = nullptr;
    std::string directory;
    int64_t at_ms = INT64_MIN;
    OpenStatus status = OpenStatus::kNotFound;
    Listing listing;
  };
  struct Slot {
    const Mount* mount = nullptr;
    std::string directory;
    ListingFormat format = ListingFormat::kHtml;
    int64_t expires_ms = 0;
    OpenFile* file = nullptr;
  };
  OpenStatus Read(const Mount& mount, std::string_view directory, int64_t now_ms, Listing* listing) const;

  const bool waits_;
  std::array<Slot, kSlots> slots_;
  Adopted adopted_;
};

}  // namespace fastserve::files
