#include "native/server/cache_key.h"

#include "native/base/bytes.h"

namespace fastserve::server {

void MakeCacheKey(const http::RequestHead& head, std::string_view head_bytes, std::string_view path, bool tls,
                  CacheKey* key) {
  key->text.assign(tls ? "https://" : "http://");
  key->host_offset = key->text.size();
  for (const char c : head_bytes.substr(head.authority_offset, head.authority_length)) {
    key->text.push_back(base::ToLowerAscii(c));
  }
  key->target_offset = key->text.size();
  key->text.append(path);
  if (head.has_query) key->text.append("?").append(head_bytes.substr(head.query_offset, head.query_length));
}

}  // namespace fastserve::server
