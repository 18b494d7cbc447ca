#include "native/files/cache/file_cache.h"

#include <sys/random.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <utility>

#include "native/base/check.h"
#include "native/compress/variant_maker.h"
#include "native/files/cache/made_forms.h"
#include "native/files/mount.h"
#include "native/files/names/content_type.h"
#include "native/files/names/file_name.h"
#include "native/files/names/precompressed.h"
#include "native/files/representation/file_pages.h"
#include "native/files/representation/open_file.h"

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

}  // namespace

FileCache::FileCache(const FileCacheLimits& limits, const int64_t* turn_ms)
    : limits_(limits), turn_ms_(turn_ms), hash_(RandomSeed()), index_(2 * limits.entries, hash_) {}

FileCache::~FileCache() { Clear(); }

// Whether the entry may be served: kOpened (it may), kNotFound (it is no longer what its name means), kWouldBlock.
inline OpenStatus FileCache::Look(Entry& entry, int64_t now_ms) const {
  if (now_ms >= entry.expires_ms) [[unlikely]] return LookAgain(entry, now_ms);
  return entry.file->in_memory || DescriptorIsCurrent(entry) ? OpenStatus::kOpened : OpenStatus::kNotFound;
}

FileCache::Found FileCache::Find(const Mount& mount, std::string_view name, int64_t now_ms) {
  const CacheKey key{&mount, name};
  if (const auto found = index_.find(key); found != index_.end()) {
    const Files::iterator entry = found->second;
    const OpenStatus status = Look(*entry, now_ms);
    if (status == OpenStatus::kOpened) {
      if (entry != files_.begin()) files_.splice(files_.begin(), files_, entry);
      return {OpenStatus::kOpened, entry->file, entry->has_codings()};
    }
    if (status == OpenStatus::kWouldBlock) return {status};
    Remove(entry);
  }
  return FindUnknown(key, now_ms);
}

// A name of which no file is kept.
FileCache::Found FileCache::FindUnknown(const CacheKey& key, int64_t now_ms) {
  const size_t hash = hash_(key);
  const OpenStatus absence = absences_.Find(key, hash, now_ms);
  if (absence != OpenStatus::kOpened) return {absence};
  if (now_ms < adopted_.at_ms && adopted_.mount == key.mount && adopted_.name == key.name) return {adopted_.status};
  return Load(key, hash, now_ms);
}

bool FileCache::Adopt(const Mount& mount, std::string_view name, NameRead read, int64_t now_ms) {
  if (read.exhausted && RemoveAllWithDescriptors()) return false;
  const CacheKey key{&mount, name};
  if (const auto found = index_.find(key); found != index_.end()) Remove(found->second);
  const Found kept = Keep(key, hash_(key), std::move(read), now_ms + limits_.time_to_live_ms);
  if (kept.status == OpenStatus::kOpened) {
    files_.front().looked_turn = turn_;
  } else {
    adopted_ = {&mount, std::string(name), now_ms, kept.status};
  }
  return true;
}

void FileCache::Clear() {
  while (!files_.empty()) Remove(files_.begin());
  absences_.Clear();
  adopted_ = Adopted();
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

// Whether what `file` has open is still what `stamp` says.
inline bool FileCache::StampIsCurrent(const Mount& mount, const OpenFile& file, const FileStamp& stamp) const {
  FileStamp now;
  // A local file's stamp is in memory: fstat tells it, at less cost.
  const bool is_known = stamp.device == mount.local_device || turn_ms_ == nullptr;
  return (is_known ? StampOfDescriptor(file.fd, &now) : KnownStampOfDescriptor(file.fd, &now)) && now == stamp;
}

// The sibling's file, nullptr when it is no longer what it was.
OpenFile* FileCache::Current(Entry& entry, const Sibling& sibling) const {
  if (sibling.file->in_memory || StampIsCurrent(*entry.mount, *sibling.file, sibling.stamp)) return sibling.file;
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
  if (!StampIsCurrent(*entry.mount, *entry.file, entry.stamp)) return false;
  entry.looked_turn = turn_;
  return true;
}

// An entry that has passed its time to live; prolongs it when it is unchanged.
OpenStatus FileCache::LookAgain(Entry& entry, int64_t now_ms) const {
  const bool proves_nothing = (entry.file->in_memory || entry.has_siblings()) && !entry.settled;
  const OpenStatus status = proves_nothing ? OpenStatus::kNotFound : Compare(entry);
  if (status == OpenStatus::kOpened) entry.expires_ms = now_ms + limits_.time_to_live_ms;
  return status;
}

// Whether all names of the entry still mean what they meant.
OpenStatus FileCache::Compare(const Entry& entry) const {
  const Patience patience = PatienceFor(*entry.mount);
  FileStamp stamp;
  OpenStatus status = StampOfWhatIsThere(*entry.mount, entry.name, patience, &stamp);
  if (status != OpenStatus::kOpened) return status;
  if (stamp != entry.stamp) return OpenStatus::kNotFound;
  for (size_t i = 0; i < entry.siblings.size(); ++i) {
    const std::string name = entry.name + std::string(CodingSuffix(entry.mount->precompressed[i]));
    status = StampOfWhatIsThere(*entry.mount, name, patience, &stamp);
    if (status != OpenStatus::kOpened) return status;
    if (stamp != entry.siblings[i].stamp) return OpenStatus::kNotFound;
  }
  return OpenStatus::kOpened;
}

FileCache::Found FileCache::Load(const CacheKey& key, size_t hash, int64_t now_ms) {
  const Mount& mount = *key.mount;
  if (!IsServableName(key.name, mount.dotfiles)) return {OpenStatus::kNotFound};
  const std::string name(key.name);
  NameRead read = ReadName(mount, name, limits_.small_file_bytes, PatienceFor(mount));
  if (read.exhausted && RemoveAllWithDescriptors()) {
    read = ReadName(mount, name, limits_.small_file_bytes, PatienceFor(mount));
  }
  return Keep(key, hash, std::move(read), now_ms + limits_.time_to_live_ms);
}

// Remembers what was found, until then; no entry of that name is there.
FileCache::Found FileCache::Keep(const CacheKey& key, size_t hash, NameRead read, int64_t expires_ms) {
  const OpenStatus status = read.source.status;
  if (status != OpenStatus::kOpened) {
    if (IsLasting(status)) absences_.Store(key, hash, status, expires_ms);
    return {status};
  }
  Entry entry(*key.mount, key.name, expires_ms);
  entry.settled = read.settled;
  TakeSiblings(std::move(read.siblings), &entry);
  TakeSource(std::move(read.source), &entry);
  OpenFile* const file = entry.file;
  const bool has_codings = entry.has_codings();
  Insert(std::move(entry));
  return {OpenStatus::kOpened, file, has_codings};
}

OpenFile* FileCache::Make(FileRead read, const Presentation& presentation) const {
  OpenFile* const file = MakeReadFile(std::move(read), presentation);
  if (turn_ms_ != nullptr && !file->in_memory) {
    file->pages = std::make_unique<FilePages>(file->fd, file->size, turn_ms_);
  }
  return file;
}

// The file itself, and whether forms of it can be made.
void FileCache::TakeSource(FileRead read, Entry* entry) const {
  const Mount& mount = *entry->mount;
  Presentation presentation{.content_type = ContentType(entry->name),
                            .cache_control = mount.CacheControlOf(entry->name),
                            .vary = {},
                            .mount_fields = mount.fields};
  entry->stamp = read.stamp;
  const bool codable = IsCodable(mount, entry->name, presentation, entry->stamp.size);
  if (codable || entry->has_siblings()) presentation.vary = kVaryByCoding;
  entry->file = Make(std::move(read), presentation);
  if (codable) entry->made = std::make_unique<MadeForms>(*mount.maker, entry->stamp, presentation, *entry->file);
}

void FileCache::TakeSiblings(std::vector<SiblingRead> siblings, Entry* entry) const {
  const Mount& mount = *entry->mount;
  for (size_t i = 0; i < siblings.size(); ++i) {
    Sibling& sibling = entry->siblings.emplace_back();
    sibling.stamp = siblings[i].stamp;
    if (siblings[i].read.status != OpenStatus::kOpened) continue;
    const Presentation presentation{.content_type = ContentType(entry->name),
                                    .cache_control = mount.CacheControlOf(entry->name),
                                    .vary = kVaryByCoding,
                                    .coding = mount.precompressed[i],
                                    .mount_fields = mount.fields};
    sibling.file = Make(std::move(siblings[i].read), presentation);
  }
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
