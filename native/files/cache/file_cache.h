// Recently used files of one I/O thread, by mount and name: descriptor or content, stamp, prebuilt fields, and the same
// for the precompressed siblings of each and for the forms of it that the helper thread made.
//
// DESIGN: a list in order of use and a hash table over it. A file with its content in memory is served for a time to
// live without asking anybody; then one fstatat for it and for each sibling that it could have tells whether the names
// still mean the same versions. A file on its descriptor is compared with fstat at its first use in a turn,
// because its bytes are read after its fields were sent; what is asked later in the turn was sent before it began. Siblings are
// looked for when a file is loaded: between two looks an absent one costs nothing.
//
// A cache that must not wait looks no further than the kernel's memory (Patience): what it does not find there it is told by
// Adopt, from a look that another thread has made.
//
// Invariants: C1 the stamp, the fields and the content of an entry describe one version of one file.
//             C2 table and list hold the same entries; a table key refers to the name inside its list node.
//             C3 each entry owns one reference of each of its OpenFiles, connections own the others: eviction closes
//                nothing that is being sent.
//             C4 a sibling is used only when it is no older than its source.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "native/files/cache/absence_table.h"
#include "native/files/cache/cache_key.h"
#include "native/files/disk/disk_read.h"
#include "native/files/opening/safe_open.h"
#include "native/files/representation/open_file.h"

namespace fastserve::files {

class MadeForms;
struct Presentation;

struct FileCacheLimits {
  size_t entries = 1024;
  size_t memory_bytes = 64 << 20;      // content of cached files and of their made forms
  size_t descriptors = 256;            // leaves most of a limit of 1,024 to connections
  size_t small_file_bytes = 16 << 10;  // up to here content is kept in memory
  int64_t time_to_live_ms = 1000;      // for files and for absent names
};

class FileCache {
 public:
  // `file` is set for kOpened; it is the cache's and valid until the next Find, unless retained.
  struct Found {
    OpenStatus status;
    OpenFile* file = nullptr;
    bool has_codings = false;  // FindCoded may have the same content in another coding
  };

  // `turn_ms`: where a cache that must not wait finds the time of its thread's turn, which outlives the files; null: it waits.
  explicit FileCache(const FileCacheLimits& limits = FileCacheLimits(), const int64_t* turn_ms = nullptr);
  ~FileCache();
  FileCache(const FileCache&) = delete;
  FileCache& operator=(const FileCache&) = delete;

  // The file that `name` (relative, decoded) means in `mount`, at most one time to live old. Names that
  // IsServableName refuses are kNotFound. No system call and no allocation for a fresh file in memory and for a name
  // known to be absent. Out of descriptors, the cache gives up its own first. kWouldBlock: what the name means has to be looked up
  // and given to Adopt.
  Found Find(const Mount& mount, std::string_view name, int64_t now_ms);

  // The form of the file that Find has just returned in the coding that `weights` and the mount's order choose: a sibling,
  // or one that the helper thread made. nullptr for the file itself, when the sibling is no longer what it was, and while
  // the form is not made: then it is asked for, and what is there in another acceptable coding is returned instead.
  // Without `may_make` only siblings count. No lock once the form is found.
  OpenFile* FindCoded(http::CodingWeights weights, bool may_make);

  // Takes what ReadName has found as what `name` means, for the next time to live, and in any case for whoever asks with an
  // earlier `now_ms`. False: it was short of descriptors, and the cache has given up some of its own.
  bool Adopt(const Mount& mount, std::string_view name, NameRead read, int64_t now_ms);
  size_t small_file_bytes() const { return limits_.small_file_bytes; }

  // Says which turn of the loop the next uses belong to, a number that was not used before. Without it each use is its own.
  void BeginTurn(int64_t turn) { turn_ = turn; }

  // Forgets everything.
  void Clear();

  size_t entries() const { return files_.size(); }
  size_t memory_bytes() const { return memory_bytes_; }
  size_t descriptors() const { return descriptors_; }

 private:
  // What the sibling in mount.precompressed[i] was found to be.
  struct Sibling {
    OpenFile* file = nullptr;  // null: absent, older than the source, or nothing to serve
    FileStamp stamp;           // of what the name means, used or not; zeros: nothing
  };
  struct Entry {
    Entry(const Mount& its_mount, std::string_view its_name, int64_t expiry_ms);
    Entry(Entry&&) noexcept;
    ~Entry();
    const Mount* mount;
    std::string name;
    OpenFile* file = nullptr;
    FileStamp stamp;
    int64_t expires_ms;
    int64_t looked_turn = 0;  // when its descriptor was compared with the stamp
    bool settled = false;  // see IsSettled: content read earlier is read again instead of being trusted by its stamp
    std::vector<Sibling> siblings;  // as long as mount->precompressed, or empty for a name that is coded itself
    std::unique_ptr<MadeForms> made;  // null: nothing is made of this file
    CacheKey key() const { return {mount, name}; }
    bool has_siblings() const;
    bool has_codings() const { return made != nullptr || has_siblings(); }
    const Sibling* FindSibling(http::Coding coding) const;
  };
  using Files = std::list<Entry>;
  // Codings on offer, the preferred first.
  class CodingList {
   public:
    void Add(http::Coding coding) { codings_[count_++] = coding; }
    std::span<const http::Coding> span() const { return {codings_.data(), count_}; }

   private:
    std::array<http::Coding, http::kCodingCount> codings_;
    size_t count_ = 0;
  };

  // What was found last, kept for those who asked before: it may be no knowledge that lasts.
  struct Adopted {
    const Mount* mount = nullptr;
    std::string name;
    int64_t at_ms = INT64_MIN;
    OpenStatus status = OpenStatus::kOpened;
  };

  Patience PatienceFor(const Mount& mount) const { return {turn_ms_ == nullptr, mount.local_device}; }
  bool StampIsCurrent(const Mount& mount, const OpenFile& file, const FileStamp& stamp) const;
  OpenStatus Look(Entry& entry, int64_t now_ms) const;
  OpenStatus LookAgain(Entry& entry, int64_t now_ms) const;
  Found FindUnknown(const CacheKey& key, int64_t now_ms);
  bool DescriptorIsCurrent(Entry& entry) const;
  OpenStatus Compare(const Entry& entry) const;
  Found Load(const CacheKey& key, size_t hash, int64_t now_ms);
  Found Keep(const CacheKey& key, size_t hash, NameRead read, int64_t expires_ms);
  OpenFile* Current(Entry& entry, const Sibling& sibling) const;
  OpenFile* FindMade(Entry& entry, http::Coding coding, bool asks);
  static CodingList OfferedFor(const Entry& entry, bool may_make);
  OpenFile* Make(FileRead read, const Presentation& presentation) const;
  void TakeSource(FileRead read, Entry* entry) const;
  void TakeSiblings(std::vector<SiblingRead> siblings, Entry* entry) const;
  void Insert(Entry entry);
  void Trim();
  void Remove(Files::iterator entry);
  void Count(const OpenFile& file, bool added);
  bool RemoveAllWithDescriptors();

  const FileCacheLimits limits_;
  const int64_t* const turn_ms_;
  const CacheKeyHash hash_;
  Files files_;  // most recently used first
  std::unordered_map<CacheKey, Files::iterator, CacheKeyHash> index_;
  AbsenceTable absences_;
  Adopted adopted_;
  int64_t turn_ = 0;  // 0: turns are not told apart
  size_t memory_bytes_ = 0;
  size_t descriptors_ = 0;
};

}  // namespace fastserve::files
