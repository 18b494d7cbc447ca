// What a response is stored under. Pure, any thread.
#pragma once

#include <string>
#include <string_view>

#include "native/http/types.h"
#include "native/server/caching/proxy_cache.h"
#include "native/variables/request_facts.h"

namespace fastserve::server {

// The effective URI in normal form, "https://example.com/path?query", and its parts as views into `url`. The method is not
// part of it: HEAD is answered from what a GET brought.
//
// The URL is what purges name. It is decoded, and an upstream is asked for the path as the client spelled it: "/a%3Fb" is not
// "/a?b" to it, nor need "/a%2F..%2Fb" be "/b". Where decoding has changed more than escapes that mean their character
// (RFC 3986 6.2.2.2), the answer is stored under the spelling, so that none stands in for another's.
struct CacheKey {
  std::string url;
  size_t host_offset = 0;
  size_t target_offset = 0;
  std::string spelled;    // "~https://example.com/a%3Fb": the URI as it was spelled; empty: it means what `url` says
  std::string templated;  // what the location's template gives in the place of both; empty: it has none

  const std::string& text() const { return !templated.empty() ? templated : !spelled.empty() ? spelled : url; }
  std::string_view host() const { return std::string_view(url).substr(host_offset, target_offset - host_offset); }
  std::string_view target() const { return std::string_view(url).substr(target_offset); }
};

// Replaces *key. `path`: decoded and in normal form. The host is the authority in lower case, with its port.
void MakeCacheKey(const http::RequestHead& head, std::string_view head_bytes, std::string_view path, bool tls,
                  CacheKey* key);

// Sets key->templated where `location` has a template. Locations never share keys by that.
void ApplyKeyTemplate(const ProxyCache& location, const variables::RequestFacts& facts, CacheKey* key);

// The key of what `reference` (RFC 3986 4.1) names beside the URI of `base`. False when that has another origin, or is no path.
// `location`: whose template makes keys, or null. A template sees a request for the reference without further fields.
bool MakeReferencedKey(std::string_view reference, const CacheKey& base, const ProxyCache* location, CacheKey* key);

}  // namespace fastserve::server
