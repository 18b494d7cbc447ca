// What must hold of cache keys whatever clients ask for: for the fuzzer and for the test that runs its seeds.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "native/http/grammar/path.h"
#include "native/http/request/request_parser.h"
#include "native/server/caching/cache_key.h"

namespace fuzz {

// A request for a target, as the router sees it.
struct KeyedRequest {
  std::string bytes;
  std::string target;  // as an upstream is asked for it
  fastserve::server::CacheKey key;

  // False: no request that is routed.
  bool Make(std::string_view host, std::string_view asked) {
    using namespace fastserve;
    bytes.assign("GET ").append(asked).append(" HTTP/1.1\r\nHost: ").append(host).append("\r\n\r\n");
    static http::RequestHead head;
    const http::ParseResult parsed = http::ParseRequestHead(bytes, 0, {}, &head);
    if (parsed.status != http::ParseStatus::kDone || head.form == http::TargetForm::kAsterisk) return false;
    const std::string_view raw = std::string_view(bytes).substr(head.path_offset, head.path_length);
    std::string normal(raw.size() + 1, '\0');
    size_t length = 0;
    std::string_view path = raw.empty() ? std::string_view("/") : raw;
    const http::PathStatus status = http::NormalizePath(path, normal.data(), &length);
    if (status == http::PathStatus::kBad) return false;
    if (status == http::PathStatus::kNormalized) path = std::string_view(normal).substr(0, length);
    server::MakeCacheKey(head, bytes, path, false, &key);
    target.assign(raw.empty() ? "/" : raw);
    if (head.has_query) target.append("?").append(bytes, head.query_offset, head.query_length);
    return true;
  }
};

// Takes one byte off a path, escaped or not. `*escaped`: it is not the byte that it would be unescaped (RFC 3986 2.2).
inline unsigned char TakePathByte(std::string_view* path, bool* escaped) {
  *escaped = path->front() == '%' && path->size() > 2;
  const std::string text(path->substr(0, *escaped ? 3 : 1));
  path->remove_prefix(text.size());
  if (!*escaped) return static_cast<unsigned char>(text[0]);
  const auto byte = static_cast<unsigned char>(std::stoi(text.substr(1), nullptr, 16));
  constexpr std::string_view kUnreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  if (kUnreserved.find(static_cast<char>(byte)) != std::string_view::npos) *escaped = false;
  return byte;
}

// Whether an upstream may give one answer to both (RFC 3986 6.2.2).
inline bool AreOneTarget(std::string_view a, std::string_view b) {
  const size_t a_query = std::min(a.find('?'), a.size()), b_query = std::min(b.find('?'), b.size());
  if (a.substr(a_query) != b.substr(b_query)) return false;
  std::string_view a_path = a.substr(0, a_query), b_path = b.substr(0, b_query);
  while (!a_path.empty() && !b_path.empty()) {
    bool a_escaped, b_escaped;
    const unsigned char left = TakePathByte(&a_path, &a_escaped), right = TakePathByte(&b_path, &b_escaped);
    if (left != right || a_escaped != b_escaped) return false;
  }
  return a_path.empty() && b_path.empty();
}

// Empty: all is well, else what is not. `input`: a host and two targets, each ended by a line feed.
inline std::string FindCacheKeyFault(std::string_view input) {
  std::string_view parts[3];
  for (std::string_view& part : parts) {
    part = input.substr(0, input.find('\n'));
    input.remove_prefix(std::min(part.size() + 1, input.size()));
  }
  static KeyedRequest first, second;
  if (!first.Make(parts[0], parts[1])) return "";
  if (first.key.host().find_first_of("/ABCDEFGHIJKLMNOPQRSTUVWXYZ") != std::string_view::npos) return "a host that is none";
  if (!first.key.target().starts_with('/')) return "a target that does not begin with a slash";
  fastserve::server::CacheKey referenced;
  // A reference that begins with two slashes names a host.
  if (!first.target.starts_with("//") && first.target.find('#') == std::string::npos) {
    if (!MakeReferencedKey(first.target, first.key, nullptr, &referenced)) return "its own target is no reference";
    if (referenced.text() != first.key.text()) return "another key by reference: " + referenced.text();
  }
  if (MakeReferencedKey(parts[2], first.key, nullptr, &referenced) && referenced.host() != first.key.host()) {
    return "a reference that left its host";
  }
  if (!second.Make(parts[0], parts[2]) || first.key.text() != second.key.text()) return "";
  return AreOneTarget(first.target, second.target) ? "" : "one key for two targets: " + first.key.text();
}

}  // namespace fuzz
