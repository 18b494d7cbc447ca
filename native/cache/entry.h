// A stored response (RFC 9111 3): immutable once it is in the store, shared by all threads, freed by the last who uses it.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "native/cache/part.h"
#include "native/cache/stored_content.h"

namespace fastserve::cache {

// One field that the response was selected by (RFC 9111 4.1).
struct VaryField {
  std::string name;   // in lower case
  std::string value;  // of the request that was answered, normalised (vary.h)
};

// What becomes of a stored response where its content is coded for a client (compress/answer_facts.h), found once.
struct CodingFacts {
  static constexpr size_t kNoTag = SIZE_MAX;
  bool may_code = false;             // somebody could get it coded: all its forms depend on Accept-Encoding
  bool has_secrets = false;          // but nobody does
  bool names_coding = false;         // its Vary says that already
  size_t tag_at = kNoTag;            // where its strong entity-tag begins in Entry::fields
  size_t not_modified_tag_at = kNoTag;  // and in Entry::not_modified_fields
};

struct Entry {
  std::string key;          // what it is found by
  std::string host, target; // of the request: lower case; decoded path with the query. What a purge names
  uint16_t status = 200;
  std::string fields;               // lines, sent as they are; Age and Content-Length are not among them, Date is
  std::string not_modified_fields;  // those of them that a 304 has (RFC 9110 15.4.5)
  std::string own_fields;           // lines that were for this cache only
  std::shared_ptr<StoredContent> content;  // with coded forms of it
  std::string etag;             // with its quotes; empty: none
  std::string last_modified_text;
  int64_t last_modified = -1;   // seconds since 1970
  int64_t date = -1;            // of Date, or when it was received; seconds since 1970
  int64_t born_ms = 0;          // monotonic: when it was received
  int64_t initial_age_s = 0;    // corrected_initial_age of RFC 9111 4.2.3
  int64_t lifetime_s = 0;       // freshness_lifetime of 4.2.1
  int64_t stale_while_revalidate_s = 0;
  int64_t stale_if_error_s = 0;
  bool must_revalidate = false;  // never used when stale, whatever else allows it (5.2.2.2)
  bool no_cache = false;         // never used without validation (5.2.2.4)
  CodingFacts coding;
  Part part;                     // which the content is of the representation
  std::vector<VaryField> vary;
  std::vector<std::string> tags;

  int64_t AgeAt(int64_t now_ms) const { return initial_age_s + (now_ms - born_ms) / 1000; }
  // Seconds until it is stale; 0 or less: it is.
  int64_t FreshFor(int64_t now_ms) const { return lifetime_s - AgeAt(now_ms); }
  // What it costs the store's budget. All that a peer chooses the size of counts.
  size_t Weight() const {
    constexpr size_t kOverheadBytes = 512;
    size_t weight = kOverheadBytes + key.size() + host.size() + target.size() + fields.size() + not_modified_fields.size() +
                    own_fields.size() + etag.size() + last_modified_text.size() + (content == nullptr ? 0 : content->Weight());
    for (const VaryField& field : vary) weight += sizeof field + field.name.size() + field.value.size();
    for (const std::string& tag : tags) weight += sizeof tag + tag.size();
    return weight;
  }

  void Retain() const { references_.count.fetch_add(1, std::memory_order_relaxed); }
  void Release() const {
    // acq_rel: whoever frees it sees everything that the others did with it.
    if (references_.count.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
  }

 private:
  // A copy of an entry is another entry, which nobody refers to yet.
  struct References {
    References() = default;
    References(const References&) {}
    References& operator=(const References&) = delete;
    std::atomic<uint32_t> count{0};
  };
  mutable References references_;
};

// Shared ownership of an entry.
class EntryRef {
 public:
  EntryRef() = default;
  explicit EntryRef(const Entry* entry) : entry_(entry) {
    if (entry_ != nullptr) entry_->Retain();
  }
  EntryRef(const EntryRef& other) : EntryRef(other.entry_) {}
  EntryRef(EntryRef&& other) noexcept : entry_(std::exchange(other.entry_, nullptr)) {}
  EntryRef& operator=(EntryRef other) noexcept {
    std::swap(entry_, other.entry_);
    return *this;
  }
  ~EntryRef() {
    if (entry_ != nullptr) entry_->Release();
  }
  const Entry* get() const { return entry_; }
  const Entry* operator->() const { return entry_; }
  const Entry& operator*() const { return *entry_; }
  explicit operator bool() const { return entry_ != nullptr; }

 private:
  const Entry* entry_ = nullptr;
};

}  // namespace fastserve::cache
