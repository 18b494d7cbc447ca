#include "native/files/file_cache.h"

#include <sys/random.h>

#include <cerrno>
#include <iterator>
#include <utility>

#include "native/base/check.h"
#include "native/base/clock.h"
#include "native/files/file_name.h"
#include "native/files/open_file.h"

namespace fastserve::files {
namespace {

uint64_t RandomSeed() {
  uint64_t seed = 0;
  ssize_t got;
  do {
    got = ::getrandom(&seed, sizeof(seed), 0);
  } while (got < 0 && errno == EINTR);
  FASTSERVE_CHECK(got == sizeof(seed), "the kernel gave no random bytes");
  return seed;
}

// File systems stamp with a clock of some milliseconds: a second write within the same tick leaves the stamp as it
// was. Content read that early is read again after its time to live instead of being trusted by its stamp.
bool IsSettled(const FileStamp& stamp) { return stamp.changed_seconds + 1 < base::WallSeconds(); }

// Outcomes that are about the name, not about the state of the machine.
bool IsLasting(OpenStatus status) { return status != OpenStatus::kExhausted && status != OpenStatus::kFailed; }

}  // namespace

FileCache::FileCache(const FileCacheLimits& limits)
    : limits_(limits), hash_(RandomSeed()), index_(2 * limits.entries, hash_) {}

FileCache::~FileCache() { Clear(); }

FileCache::Found FileCache::Find(const Mount& mount, std::string_view name, int64_t now_ms) {
  const CacheKey key{&mount, name};
  if (const auto found = index_.find(key); found != index_.end()) {
    const Files::iterator entry = found->second;
    if (IsCurrent(*entry, now_ms)) {
      files_.splice(files_.begin(), files_, entry);
      return {OpenStatus::kOpened, entry->file};
    }
    Remove(entry);
  }
  const size_t hash = hash_(key);
  const OpenStatus absence = absences_.Find(key, hash, now_ms);
  return absence == OpenStatus::kOpened ? Load(key, hash, now_ms) : Found{absence};
}

void FileCache::Clear() {
  while (!files_.empty()) Remove(files_.begin());
  absences_.Clear();
}

// Prolongs the time to live of an entry that has passed it unchanged.
bool FileCache::IsCurrent(Entry& entry, int64_t now_ms) const {
  FileStamp stamp;
  if (now_ms < entry.expires_ms) {
    return entry.file->in_memory || (StampOfDescriptor(entry.file->fd, &stamp) && stamp == entry.stamp);
  }
  if (entry.file->in_memory && !entry.settled) return false;
  if (!StampOfName(entry.mount->root_fd.get(), entry.name.c_str(), &stamp) || stamp != entry.stamp) return false;
  entry.expires_ms = now_ms + limits_.time_to_live_ms;
  return true;
}

FileCache::Found FileCache::Load(const CacheKey& key, size_t hash, int64_t now_ms) {
  const Mount& mount = *key.mount;
  if (!IsServableName(key.name, mount.dotfiles)) return {OpenStatus::kNotFound};
  Entry entry{&mount, std::string(key.name), nullptr, {}, now_ms + limits_.time_to_live_ms, false};
  base::UniqueFd fd;
  OpenStatus status = Open(mount, entry.name.c_str(), &fd, &entry.stamp);
  if (status == OpenStatus::kOpened) {
    status = LoadFile(std::move(fd), &entry.stamp, key.name, mount.cache_control, limits_.small_file_bytes,
                      &entry.file);
  }
  if (status != OpenStatus::kOpened) {
    if (IsLasting(status)) absences_.Store(key, hash, status, entry.expires_ms);
    return {status};
  }
  entry.settled = IsSettled(entry.stamp);
  OpenFile* const file = entry.file;
  Insert(std::move(entry));
  return {OpenStatus::kOpened, file};
}

OpenStatus FileCache::Open(const Mount& mount, const char* name, base::UniqueFd* fd, FileStamp* stamp) {
  const OpenStatus status = OpenBeneath(mount.root_fd.get(), name, fd, stamp);
  if (status != OpenStatus::kExhausted || !RemoveAllWithDescriptors()) return status;
  return OpenBeneath(mount.root_fd.get(), name, fd, stamp);
}

// The newest entry stays whatever its size: Find hands it out.
void FileCache::Insert(Entry entry) {
  memory_bytes_ += entry.file->content.size();
  descriptors_ += entry.file->fd >= 0;
  files_.push_front(std::move(entry));
  index_.emplace(files_.front().key(), files_.begin());
  while (files_.size() > 1 && (files_.size() > limits_.entries || memory_bytes_ > limits_.memory_bytes ||
                               descriptors_ > limits_.descriptors)) {
    Remove(std::prev(files_.end()));
  }
}

void FileCache::Remove(Files::iterator entry) {
  index_.erase(entry->key());  // before the name that the key refers to
  memory_bytes_ -= entry->file->content.size();
  descriptors_ -= entry->file->fd >= 0;
  entry->file->Release();
  files_.erase(entry);
}

// False when there was none.
bool FileCache::RemoveAllWithDescriptors() {
  const size_t before = descriptors_;
  for (auto entry = files_.begin(); entry != files_.end();) {
    const auto next = std::next(entry);
    if (entry->file->fd >= 0) Remove(entry);
    entry = next;
  }
  return descriptors_ < before;
}

}  // namespace fastserve::files
