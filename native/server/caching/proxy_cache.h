// What an entry of the configuration's `proxy` says about storing its answers. Immutable once serving, any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "native/cache/rule.h"
#include "native/variables/template.h"

namespace fastserve::server {

struct ProxyCache {
  cache::Rule rule;
  uint32_t number = 0;  // of the entry: part of templated keys
  std::shared_ptr<const variables::Template> key;  // null: the URI
  // A request for which one of them gives a text other than "0" is not answered from the store; its answer is stored, unless one
  // of the others does.
  std::vector<variables::Template> bypass;
  std::vector<variables::Template> no_store;
  bool answers_head = true;  // HEAD is answered from the store
  bool fetches_whole = false;  // the upstream of a range that is not stored is asked for all, which is stored
  bool keeps_parts = false;    // such an answer is stored as a part
};

// By index of the proxy's rules; null: nothing of that one is stored.
using ProxyCaches = std::vector<std::shared_ptr<const ProxyCache>>;

}  // namespace fastserve::server
