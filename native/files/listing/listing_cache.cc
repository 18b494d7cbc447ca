#include "native/files/listing/listing_cache.h"

#include "native/base/hash.h"
#include "native/files/disk/listing.h"
#include "native/files/listing/listing_page.h"
#include "native/files/mount.h"
#include "native/files/representation/open_file.h"

namespace fastserve::files {
namespace {

OpenFile* MakeListing(const Mount& mount, const Listing& listing, std::string_view path, ListingFormat format) {
  const bool html = format == ListingFormat::kHtml;
  std::string prefix = mount.prefix;
  if (!prefix.ends_with('/')) prefix.push_back('/');
  return MakeFile(html ? ListingHtml(listing, path, prefix) : ListingJson(listing, path),
                  {.content_type = html ? "text/html; charset=utf-8" : "application/json",
                   .cache_control = "no-cache",
                   .vary = "Accept",
                   .coding = http::Coding::kIdentity,
                   .mount_fields = mount.fields});
}

}  // namespace

OpenStatus ListingCache::Find(const Mount& mount, std::string_view directory, std::string_view path,
                              ListingFormat format, int64_t now_ms, OpenFile** file) {
  const uint64_t hash = base::HashBytes(directory, reinterpret_cast<uintptr_t>(&mount) + static_cast<uint64_t>(format));
  Slot& slot = slots_[hash % kSlots];
  const bool same = slot.file != nullptr && slot.mount == &mount && slot.format == format && slot.directory == directory;
  if (!same || now_ms >= slot.expires_ms) {
    Listing listing;
    const OpenStatus status = Read(mount, directory, now_ms, &listing);
    if (status != OpenStatus::kOpened) return status;
    if (slot.file != nullptr) slot.file->Release();
    slot = {&mount, std::string(directory), format, now_ms + kTimeToLiveMs, MakeListing(mount, listing, path, format)};
  }
  *file = slot.file;
  return OpenStatus::kOpened;
}

// A listing that was read elsewhere is for those who asked for it, whichever form they want.
OpenStatus ListingCache::Read(const Mount& mount, std::string_view directory, int64_t now_ms, Listing* listing) const {
  if (waits_) return ReadListing(mount, directory, listing);
  const bool known = now_ms < adopted_.at_ms && adopted_.mount == &mount && adopted_.directory == directory;
  if (!known) return OpenStatus::kWouldBlock;
  *listing = adopted_.listing;
  return adopted_.status;
}

void ListingCache::Adopt(const Mount& mount, std::string_view directory, OpenStatus status, const Listing& listing,
                         int64_t now_ms) {
  adopted_ = {&mount, std::string(directory), now_ms, status, listing};
}

void ListingCache::Clear() {
  adopted_ = Adopted();
  for (Slot& slot : slots_) {
    if (slot.file != nullptr) slot.file->Release();
    slot = Slot();
  }
}

}  // namespace fastserve::files
