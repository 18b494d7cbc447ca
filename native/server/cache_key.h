// What a response is stored under. Pure, any thread.
#pragma once

#include <string>
#include <string_view>

#include "native/http/types.h"

namespace fastserve::server {

// The effective URI in normal form, "https://example.com/path?query", and its parts as views into `text`. The method is not
// part of it: HEAD is answered from what a GET brought.
struct CacheKey {
  std::string text;
  size_t host_offset = 0;
  size_t target_offset = 0;

  std::string_view host() const { return std::string_view(text).substr(host_offset, target_offset - host_offset); }
  std::string_view target() const { return std::string_view(text).substr(target_offset); }
};

// Replaces *key. `path`: decoded and in normal form. The host is the authority in lower case, with its port.
void MakeCacheKey(const http::RequestHead& head, std::string_view head_bytes, std::string_view path, bool tls,
                  CacheKey* key);

}  // namespace fastserve::server
