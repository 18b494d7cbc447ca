// What a request means for the response cache, and what is taken from it so that its answer can be stored. Pure; the I/O thread.
#pragma once

#include <string>
#include <string_view>

#include "native/cache/entry.h"
#include "native/cache/freshness.h"
#include "native/cache/vary.h"
#include "native/http/types.h"

namespace fastserve::server {

inline bool IsRead(http::Method method) { return method == http::Method::kGet || method == http::Method::kHead; }
// RFC 9110 9.2.1. What is unknown may do anything.
inline bool IsUnsafe(http::Method method) {
  return !IsRead(method) && method != http::Method::kOptions && method != http::Method::kTrace;
}

// Whether the request has a field by which clients direct caches (RFC 9111 5.2, 5.4).
bool SpeaksToCaches(const http::RequestHead& head);

// What the request says to caches. Pragma counts where Cache-Control is absent (RFC 9111 5.4).
cache::RequestFacts CacheFactsOf(const http::RequestHead& head, std::string_view bytes);

// An answer to these is not the whole representation whatever is kept from the application.
bool AsksForMoreThanWhole(const http::RequestHead& head);

// Whether it asks for ranges, and is not one that must fail where the content is another (If-Match, If-Unmodified-Since).
bool AsksForRangeOnly(const http::RequestHead& head);

// The same, and without any other condition: the answer is the range, or the whole.
bool AsksForRangeAlone(const http::RequestHead& head);

// Whether it has a condition or a range, so that something other than the whole may answer it.
bool MayAskForLess(const http::RequestHead& head);

// Whether If-None-Match has the weak form of the strong entity-tag `etag`.
bool NamesWeakly(const cache::RequestView& request, std::string_view etag);

// Takes the conditions and ranges out of *head, so that the answer is a whole representation. They are judged by us
// (CacheFill::ClientHasIt).
void TakeConditions(http::RequestHead* head);

// The lines by which an upstream is asked whether `entry` still holds (RFC 9111 4.3.1); empty when it has no validator.
std::string ConditionsOf(const cache::Entry& entry);

// A head that was parsed before, parsed again.
http::RequestHead ParseAgain(std::string_view bytes);

// The same request with the method GET, of a HEAD request.
std::string AsGet(std::string_view head_bytes);

}  // namespace fastserve::server
