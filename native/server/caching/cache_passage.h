// The tap of an answer that is not stored: takes out the lines that are for caches like this one, and, behind an unsafe method,
// forgets what is stored of the URIs whose state has changed (RFC 9111 4.4). The I/O thread's own.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "native/cache/store.h"
#include "native/server/caching/cache_key.h"
#include "native/server/connection/answer_stages.h"

namespace fastserve::server {

// Which stored responses an unsafe request concerns.
struct Invalidation {
  cache::Store* store = nullptr;  // null: nothing is forgotten
  CacheKey key;                   // of the request
  std::shared_ptr<const ProxyCache> location;  // whose template made it, or null
};

class CachePassage final : public AnswerTap {
 public:
  // `rule` is kept by `rules`. `report`: a Cache-Status line for the client, or nothing.
  CachePassage(std::shared_ptr<const void> rules, const cache::Rule& rule, std::string report, Invalidation invalidation);

  Verdict OnHead(AnswerHead* head) override;
  void OnContent(std::string_view) override {}
  void OnEnd(bool) override {}
  void Replace(Connection&, Exchange*) override {}

 private:
  void Forget(const AnswerHead& head);
  void ForgetKey(const std::string& key);

  const std::shared_ptr<const void> rules_;
  const cache::Rule& rule_;
  const std::string report_;
  const Invalidation invalidation_;
  std::string client_fields_;
};

}  // namespace fastserve::server
