#include "native/files/representation/small_ranges.h"

#include <sys/uio.h>

#include "native/files/opening/safe_open.h"

namespace fastserve::files {

bool SmallRanges::Read(OpenFile& file, uint64_t offset, uint64_t length, std::string_view* bytes) {
  if (length > kMostBytes) return false;
  if (file.version == 0) file.version = ++versions_;
  Place& place = places_[(file.version * 5 + offset / 512) % kPlaces];
  const bool is_same = place.version == file.version && place.offset == offset && place.length == length;
  if (is_same && !place.content.empty()) {
    *bytes = place.content;
    return true;
  }
  const iovec room{scratch_, length};
  const int flags = file.pages == nullptr ? 0 : RWF_NOWAIT;
  if (::preadv2(file.fd, &room, 1, static_cast<off_t>(offset), flags) != static_cast<ssize_t>(length)) return false;
  *bytes = {scratch_, length};
  if (is_same) {
    if (IsSettledSince(file.changed_seconds)) place.content = *bytes;
  } else {
    place.version = file.version;
    place.offset = offset;
    place.length = length;
    std::string().swap(place.content);
  }
  return true;
}

}  // namespace fastserve::files
