#include "native/server/caching/cache_key.h"

#include <algorithm>

#include "native/base/bytes.h"
#include "native/http/grammar/path.h"
#include "native/http/request/request_parser.h"

namespace fastserve::server {
namespace {

// The length of "http:" or the like at the start of a reference (RFC 3986 3.1), its colon counted; 0: it has none.
size_t SchemeLength(std::string_view reference) {
  const size_t colon = reference.find_first_of(":/?#");
  return colon == std::string_view::npos || reference[colon] != ':' ? 0 : colon + 1;
}

// Takes scheme and authority off a reference; false when they are another origin's than that of `base`.
bool TakeOwnOrigin(const CacheKey& base, std::string_view* reference) {
  const size_t scheme = SchemeLength(*reference);
  const std::string_view own_scheme = std::string_view(base.url).substr(0, base.host_offset - 2);
  if (scheme != 0 && !base::EqualsIgnoreCase(reference->substr(0, scheme), own_scheme)) return false;
  reference->remove_prefix(scheme);
  if (!reference->starts_with("//")) return scheme == 0;
  reference->remove_prefix(2);
  const size_t end = std::min(reference->find_first_of("/?"), reference->size());
  if (!base::EqualsIgnoreCase(reference->substr(0, end), base.host())) return false;
  reference->remove_prefix(end);
  return true;
}

// RFC 3986 5.2.2 and 5.2.3, without the dot segments: path and query that a reference without an authority means.
std::string Resolve(std::string_view reference, std::string_view base_target) {
  const std::string_view base_path = base_target.substr(0, base_target.find('?'));
  if (reference.starts_with('/')) return std::string(reference);
  if (reference.empty()) return std::string(base_target);
  const bool is_query = reference.starts_with('?');
  const std::string_view start = is_query ? base_path : base_path.substr(0, base_path.rfind('/') + 1);
  return std::string(start).append(reference);
}

bool IsUnreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
}

// Appends a path whose escapes are whole with those of unreserved bytes decoded and the others in upper case (RFC 3986 6.2.2).
void AppendSpelling(std::string_view raw, std::string* out) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  for (size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] != '%') {
      out->push_back(raw[i]);
      continue;
    }
    const auto high = static_cast<size_t>(base::HexDigit(raw[i + 1]));
    const auto low = static_cast<size_t>(base::HexDigit(raw[i + 2]));
    const auto byte = static_cast<char>(high * 16 + low);
    i += 2;
    if (IsUnreserved(byte)) out->push_back(byte);
    else out->append({'%', kDigits[high], kDigits[low]});
  }
}

// Sets key->spelled of a path that came as `raw` and is `path` in normal form. Decoded escapes of reserved bytes and dot segments
// that are gone make it another text than the URL.
void SetSpelling(std::string_view raw, std::string_view path, std::string_view query, CacheKey* key) {
  key->spelled.clear();
  if (raw == path || raw.empty()) return;
  // No URI begins so.
  key->spelled.append("~").append(key->url, 0, key->target_offset);
  AppendSpelling(raw, &key->spelled);
  key->spelled.append(query);
  if (std::string_view(key->spelled).substr(1) == key->url) key->spelled.clear();
}

// Sets the templated key as if a GET had asked for `target` (raw path and query).
void ApplyToReference(const ProxyCache& location, std::string_view target, std::string_view path, CacheKey* key) {
  std::string bytes("GET ");
  bytes.append(target).append(" HTTP/1.1\r\nHost: ").append(key->host()).append("\r\n\r\n");
  http::RequestHead head;
  const http::HeadLimits limits{http::kMaxHeadBytes, http::kMaxHeadBytes, http::kMaxFields};
  if (http::ParseRequestHead(bytes, 0, limits, &head).status != http::ParseStatus::kDone) return;
  variables::RequestFacts facts;
  facts.head = &head;
  facts.head_bytes = bytes;
  facts.path = path;
  facts.tls = key->url.starts_with("https:");
  ApplyKeyTemplate(location, facts, key);
}

}  // namespace

void MakeCacheKey(const http::RequestHead& head, std::string_view head_bytes, std::string_view path, bool tls,
                  CacheKey* key) {
  const std::string_view scheme = tls ? "https://" : "http://";
  const std::string_view authority = head_bytes.substr(head.authority_offset, head.authority_length);
  const std::string_view query = head.has_query ? head_bytes.substr(head.query_offset, head.query_length) : std::string_view{};
  key->templated.clear();
  key->host_offset = scheme.size();
  key->target_offset = scheme.size() + authority.size();
  const size_t query_offset = key->target_offset + path.size();
  key->url.resize(query_offset + (head.has_query ? 1 + query.size() : 0));
  char* cursor = base::Put(key->url.data(), scheme);
  cursor = base::PutLower(cursor, authority);
  cursor = base::Put(cursor, path);
  if (head.has_query) base::Put(base::Put(cursor, "?"), query);
  const std::string_view raw = head_bytes.substr(head.path_offset, head.path_length);
  SetSpelling(raw, path, std::string_view(key->url).substr(query_offset), key);
}

void ApplyKeyTemplate(const ProxyCache& location, const variables::RequestFacts& facts, CacheKey* key) {
  key->templated.clear();
  if (location.key == nullptr) return;
  // No URI begins so, and no spelling: keys of all kinds stay apart.
  key->templated.append("=").append(std::to_string(location.number)).append(":");
  location.key->Expand(facts, &key->templated);
}

bool MakeReferencedKey(std::string_view reference, const CacheKey& base, const ProxyCache* location, CacheKey* key) {
  reference = reference.substr(0, reference.find('#'));
  if (!TakeOwnOrigin(base, &reference)) return false;
  const std::string target = Resolve(reference, base.target());
  const size_t question = std::min(target.find('?'), target.size());
  const std::string_view raw = question == 0 ? std::string_view("/") : std::string_view(target).substr(0, question);
  char normal[http::kMaxHeadBytes];
  size_t length = 0;
  if (raw.size() > sizeof normal) return false;
  const http::PathStatus status = http::NormalizePath(raw, normal, &length);
  if (status == http::PathStatus::kBad) return false;
  const std::string_view path = status == http::PathStatus::kUnchanged ? raw : std::string_view(normal, length);
  key->url.assign(base.url, 0, base.target_offset).append(path).append(target, question);
  key->host_offset = base.host_offset;
  key->target_offset = base.target_offset;
  SetSpelling(raw, path, std::string_view(target).substr(question), key);
  key->templated.clear();
  if (location != nullptr && location->key != nullptr) ApplyToReference(*location, target, path, key);
  return true;
}

}  // namespace fastserve::server
