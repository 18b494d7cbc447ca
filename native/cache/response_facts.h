// What a response says to caches, read once from its field lines. Pure, any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "native/cache/directives.h"
#include "native/cache/rule.h"

namespace fastserve::cache {

// Names that a Vary may have to be kept. Each is looked for in every request for the key: an answer with more counts as one with
// Vary: *, and is not stored.
constexpr size_t kMaxVaryNames = 16;

struct ResponseFacts {
  uint16_t status = 200;
  Directives directives;           // of CDN-Cache-Control where it can be read (RFC 9213), else of
                                   // Surrogate-Control, else of Cache-Control
  bool has_expires = false;
  bool sets_cookies = false;
  bool varies_on_all = false;      // Vary: *, too many names, or the client's address
  bool partial = false;            // Content-Range
  bool names_file = false;         // X-Accel-Redirect
  bool has_age = false;
  bool has_date = false;           // a Date line, whatever it says
  int64_t expires = 0;             // seconds since 1970; 0 also for what is no date: long ago (RFC 9111 5.3)
  int64_t date = kAbsent;
  int64_t age_s = 0;               // kMaxDeltaSeconds for an Age that is no number: it is stale
  int64_t accel_expires_s = kAbsent;  // X-Accel-Expires: the application's word to us alone
  int64_t last_modified = kAbsent;
  std::string_view last_modified_text;  // into the block
  std::string_view etag;
  std::vector<std::string> vary;        // in lower case, kMaxVaryNames at most
  std::vector<std::string> tags;        // Surrogate-Key (by spaces) and Cache-Tag (by commas)
};

// `block`: checked lines, which outlive the result.
ResponseFacts ReadResponse(uint16_t status, std::string_view block);

// Whether a client never gets the line: what is addressed to this cache (Surrogate-Key, Cache-Tag, X-Accel-Expires).
bool IsForCacheOnly(std::string_view name);

// Copies the lines of `block` that clients get, whether the answer is stored or not: without those for the cache and those
// that `rule` hides. Returns false, and leaves *kept alone, when these are all of them.
bool StripForClients(std::string_view block, const Rule& rule, std::string* kept);

// The lines that are stored: without those that a cache makes anew (Age), that directives withhold, that `rule`
// hides or that are for the cache. Those that set cookies only where the rule says so.
std::string StoredFields(const ResponseFacts& facts, const Rule& rule, std::string_view block);

// The lines that are for the cache only, which a later 304 may not repeat.
std::string OwnFields(std::string_view block);

// Of stored lines, those that a 304 repeats (RFC 9110 15.4.5).
std::string NotModifiedFields(std::string_view stored);

// RFC 9111 3.2 and 4.3.4: stored lines with those of the 304 in the place of lines of the same name. Fields that describe
// the stored content stay; a Date goes where the 304 has none.
std::string UpdatedFields(std::string_view stored, std::string_view fresh);

}  // namespace fastserve::cache
