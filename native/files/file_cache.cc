#include "native/files/file_cache.h"

#include <sys/random.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <tuple>
#include <utility>

#include "native/base/check.h"
#include "native/files/file_name.h"
#include "native/files/made_forms.h"
#include "native/files/open_file.h"
#include "native/files/precompressed.h"

namespace fastserve::files {
namespace {

constexpr std::string_view kVaryByCoding = "Accept-Encoding";

uint64_t RandomSeed() {
  uint64_t seed = 0;
  ssize_t got;
  do {
    got = ::getrandom(&seed, sizeof(seed), 0);
  } while (got < 0 && errno == EINTR);
  FASTSERVE_CHECK(got == sizeof(seed), "the kernel gave no random bytes");
  return seed;
}

// Outcomes that are about the name, not about the state of the machine.
bool IsLasting(OpenStatus status) { return status != OpenStatus::kExhausted && status != OpenStatus::kFailed; }

bool IsOlder(const FileStamp& a, const FileStamp& b) {
  return std::tie(a.modified_seconds, a.modified_nanoseconds) < std::tie(b.modified_seconds, b.modified_nanoseconds);
}

// The stamp of what a sibling's name means, zeros when it means nothing.
FileStamp StampOfSibling(const Mount& mount, const std::string& name) {
  FileStamp stamp;
  return StampOfName(mount.root_fd.get(), name.c_str(), &stamp) ? stamp : FileStamp();
}

}  // namespace

FileCache::FileCache(const FileCacheLimits& limits)
    : limits_(limits), hash_(RandomSeed()), index_(2 * limits.entries, hash_) {}

FileCache::~FileCache() { Clear(); }

FileCache::Found FileCache::Find(const Mount& mount, std::string_view name, int64_t now_ms) {
  const CacheKey key{&mount, name};
  if (const auto found = index_.find(key); found != index_.end()) {
    const Files::iterator entry = found->second;
    if (IsCurrent(*entry, now_ms)) {
      if (entry != files_.begin()) files_.splice(files_.begin(), files_, entry);
      return {OpenStatus::kOpened, entry->file, entry->has_codings()};
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

OpenFile* FileCache::FindCoded(http::CodingWeights weights, bool may_make) {
  Entry& entry = files_.front();
  const CodingList offered = OfferedFor(entry, may_make);
  for (bool is_first = true;; is_first = false) {
    const http::Coding chosen = http::ChooseCoding(weights, offered.span());
    if (chosen == http::Coding::kIdentity) return nullptr;
    if (const Sibling* const sibling = entry.FindSibling(chosen)) return Current(entry, *sibling);
    // While the best one is being made, another that is there already is better than none; only the best one is asked for.
    if (OpenFile* const file = FindMade(entry, chosen, is_first)) return file;
    if (entry.made->IsUseless(chosen)) return FindCoded(weights, false);  // another coding would save no more
    weights[static_cast<size_t>(chosen)] = 0;
  }
}

// The sibling's file, nullptr when it is no longer what it was.
OpenFile* FileCache::Current(Entry& entry, const Sibling& sibling) const {
  FileStamp stamp;
  if (sibling.file->in_memory || (StampOfDescriptor(sibling.file->fd, &stamp) && stamp == sibling.stamp)) {
    return sibling.file;
  }
  entry.expires_ms = INT64_MIN;  // what its name means now is found out by the next Find
  return nullptr;
}

// The form that the helper thread made, nullptr while there is none; then asks for it when `asks`.
OpenFile* FileCache::FindMade(Entry& entry, http::Coding coding, bool asks) {
  const size_t before = entry.made->memory_bytes();
  OpenFile* const file = entry.made->Find(coding, *entry.file, asks);
  memory_bytes_ += entry.made->memory_bytes() - before;
  Trim();
  return file;
}

// Siblings in the mount's order, then what can be made.
FileCache::CodingList FileCache::OfferedFor(const Entry& entry, bool may_make) {
  CodingList offered;
  for (const Sibling& sibling : entry.siblings) {
    if (sibling.file != nullptr) offered.Add(sibling.file->coding);
  }
  if (entry.made == nullptr || !may_make) return offered;
  for (const http::Coding coding : entry.mount->maker->policy().codings) {
    if (entry.FindSibling(coding) == nullptr) offered.Add(coding);
  }
  return offered;
}

FileCache::Entry::Entry(const Mount& its_mount, std::string_view its_name, int64_t expiry_ms)
    : mount(&its_mount), name(its_name), expires_ms(expiry_ms) {}
FileCache::Entry::Entry(Entry&&) noexcept = default;
FileCache::Entry::~Entry() = default;

bool FileCache::Entry::has_siblings() const {
  return std::ranges::any_of(siblings, [](const Sibling& sibling) { return sibling.file != nullptr; });
}

const FileCache::Sibling* FileCache::Entry::FindSibling(http::Coding coding) const {
  for (const Sibling& sibling : siblings) {
    if (sibling.file != nullptr && sibling.file->coding == coding) return &sibling;
  }
  return nullptr;
}

bool FileCache::DescriptorIsCurrent(Entry& entry) const {
  if (turn_ != 0 && entry.looked_turn == turn_) return true;
  FileStamp stamp;
  if (!StampOfDescriptor(entry.file->fd, &stamp) || stamp != entry.stamp) return false;
  entry.looked_turn = turn_;
  return true;
}

// Prolongs the time to live of an entry that has passed it unchanged.
bool FileCache::IsCurrent(Entry& entry, int64_t now_ms) const {
  if (now_ms < entry.expires_ms) return entry.file->in_memory || DescriptorIsCurrent(entry);
  FileStamp stamp;
  if ((entry.file->in_memory || entry.has_siblings()) && !entry.settled) return false;
  if (!StampOfName(entry.mount->root_fd.get(), entry.name.c_str(), &stamp) || stamp != entry.stamp) return false;
  for (size_t i = 0; i < entry.siblings.size(); ++i) {
    const std::string name = entry.name + std::string(CodingSuffix(entry.mount->precompressed[i]));
    if (StampOfSibling(*entry.mount, name) != entry.siblings[i].stamp) return false;
  }
  entry.expires_ms = now_ms + limits_.time_to_live_ms;
  return true;
}

FileCache::Found FileCache::Load(const CacheKey& key, size_t hash, int64_t now_ms) {
  const Mount& mount = *key.mount;
  if (!IsServableName(key.name, mount.dotfiles)) return {OpenStatus::kNotFound};
  Entry entry(mount, key.name, now_ms + limits_.time_to_live_ms);
  base::UniqueFd fd;
  OpenStatus status = Open(mount, entry.name.c_str(), &fd, &entry.stamp);
  if (status == OpenStatus::kOpened) {
    LoadSiblings(&entry);
    status = LoadSource(std::move(fd), &entry);
  }
  for (Sibling& sibling : entry.siblings) {
    // The source may have been written while it was read (C4).
    const bool usable = status == OpenStatus::kOpened && !IsOlder(sibling.stamp, entry.stamp);
    if (sibling.file != nullptr && !usable) std::exchange(sibling.file, nullptr)->Release();
  }
  if (status != OpenStatus::kOpened) {
    if (IsLasting(status)) absences_.Store(key, hash, status, entry.expires_ms);
    return {status};
  }
  OpenFile* const file = entry.file;
  const bool has_codings = entry.has_codings();
  Insert(std::move(entry));
  return {OpenStatus::kOpened, file, has_codings};
}

// The file itself, and whether forms of it can be made.
OpenStatus FileCache::LoadSource(base::UniqueFd fd, Entry* entry) {
  const Mount& mount = *entry->mount;
  Presentation presentation{.content_type = ContentType(entry->name),
                            .cache_control = mount.CacheControlOf(entry->name),
                            .vary = {},
                            .mount_fields = mount.fields};
  const bool codable = IsCodable(mount, entry->name, presentation, entry->stamp.size);
  if (codable || entry->has_siblings()) presentation.vary = kVaryByCoding;
  const FileStamp opened = entry->stamp;
  const OpenStatus status = LoadFile(std::move(fd), &entry->stamp, presentation, limits_.small_file_bytes, &entry->file);
  if (status != OpenStatus::kOpened) return status;
  if (entry->stamp != opened) entry->settled = false;  // it is being written
  if (codable) entry->made = std::make_unique<MadeForms>(*mount.maker, entry->stamp, presentation, *entry->file);
  return status;
}

void FileCache::LoadSiblings(Entry* entry) {
  entry->settled = IsSettled(entry->stamp);
  if (HasCodingSuffix(entry->name)) return;
  for (const http::Coding coding : entry->mount->precompressed) {
    Sibling& sibling = entry->siblings.emplace_back();
    const OpenStatus status = LoadSibling(*entry, coding, &sibling);
    // A passing trouble is no knowledge about the name: the zeros make the next look try again.
    if (!IsLasting(status)) sibling.stamp = FileStamp();
    if (sibling.file != nullptr) entry->settled = entry->settled && IsSettled(sibling.stamp);
  }
}

OpenStatus FileCache::LoadSibling(const Entry& entry, http::Coding coding, Sibling* sibling) {
  const Mount& mount = *entry.mount;
  const std::string name = entry.name + std::string(CodingSuffix(coding));
  if (!IsServableName(name, mount.dotfiles)) return OpenStatus::kNotFound;
  sibling->stamp = StampOfSibling(mount, name);
  if (sibling->stamp == FileStamp()) return OpenStatus::kNotFound;
  if (IsOlder(sibling->stamp, entry.stamp)) return OpenStatus::kNotFound;  // C4
  base::UniqueFd fd;
  FileStamp stamp;
  OpenStatus status = Open(mount, name.c_str(), &fd, &stamp);
  if (status != OpenStatus::kOpened) return status;
  const Presentation presentation{.content_type = ContentType(entry.name),
                                  .cache_control = mount.CacheControlOf(entry.name),
                                  .vary = kVaryByCoding,
                                  .coding = coding,
                                  .mount_fields = mount.fields};
  status = LoadFile(std::move(fd), &stamp, presentation, limits_.small_file_bytes, &sibling->file);
  if (status == OpenStatus::kOpened) sibling->stamp = stamp;
  return status;
}

OpenStatus FileCache::Open(const Mount& mount, const char* name, base::UniqueFd* fd, FileStamp* stamp) {
  const OpenStatus status = OpenBeneath(mount.root_fd.get(), name, fd, stamp);
  if (status != OpenStatus::kExhausted || !RemoveAllWithDescriptors()) return status;
  return OpenBeneath(mount.root_fd.get(), name, fd, stamp);
}

void FileCache::Count(const OpenFile& file, bool added) {
  const size_t bytes = file.content.size();
  const size_t descriptors = file.fd >= 0;
  memory_bytes_ = added ? memory_bytes_ + bytes : memory_bytes_ - bytes;
  descriptors_ = added ? descriptors_ + descriptors : descriptors_ - descriptors;
}

void FileCache::Insert(Entry entry) {
  Count(*entry.file, true);
  for (const Sibling& sibling : entry.siblings) {
    if (sibling.file != nullptr) Count(*sibling.file, true);
  }
  files_.push_front(std::move(entry));
  index_.emplace(files_.front().key(), files_.begin());
  Trim();
}

// The entry used last stays whatever its size: Find hands it out.
void FileCache::Trim() {
  while (files_.size() > 1 && (files_.size() > limits_.entries || memory_bytes_ > limits_.memory_bytes ||
                               descriptors_ > limits_.descriptors)) {
    Remove(std::prev(files_.end()));
  }
}

void FileCache::Remove(Files::iterator entry) {
  index_.erase(entry->key());  // before the name that the key refers to
  const auto give_up = [this](OpenFile* file) {
    if (file == nullptr) return;
    Count(*file, false);
    file->Release();
  };
  give_up(entry->file);
  for (const Sibling& sibling : entry->siblings) give_up(sibling.file);
  if (entry->made != nullptr) memory_bytes_ -= entry->made->memory_bytes();
  files_.erase(entry);
}

// False when there was none.
bool FileCache::RemoveAllWithDescriptors() {
  const size_t before = descriptors_;
  for (auto entry = files_.begin(); entry != files_.end();) {
    const auto next = std::next(entry);
    const bool sibling_has_one = std::ranges::any_of(
        entry->siblings, [](const Sibling& sibling) { return sibling.file != nullptr && sibling.file->fd >= 0; });
    if (entry->file->fd >= 0 || sibling_has_one) Remove(entry);
    entry = next;
  }
  return descriptors_ < before;
}

}  // namespace fastserve::files
