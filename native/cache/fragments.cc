#include "native/cache/fragments.h"

#include <memory>
#include <utility>

namespace fastserve::cache {
namespace {

// No key of a response begins so: those begin with a scheme, or are the configuration's texts behind one.
constexpr std::string_view kPrefix = "\1fragment\1";

std::string StoreKey(std::string_view key) { return std::string(kPrefix).append(key); }

// A fragment is selected by its key alone.
const RequestView& AnyRequest() {
  static const http::RequestHead head{};
  static const RequestView view{head, {}};
  return view;
}

}  // namespace

EntryRef FindFragment(Store& store, std::string_view key, int64_t now_ms, uint64_t* purges_seen) {
  // Before the look: a purge in between is counted for what is made now.
  *purges_seen = store.BeginAlone().purges_seen;
  const std::string name = StoreKey(key);
  EntryRef entry = store.Look(name, store.HashOf(name), AnyRequest());
  const bool is_fresh = entry && entry->FreshFor(now_ms) > 0;
  store.CountFragment(is_fresh);
  return is_fresh ? entry : EntryRef();
}

void KeepFragment(Store& store, NewFragment fragment, int64_t now_ms) {
  if (fragment.text.size() > store.options().max_entry_bytes) return;
  auto entry = std::make_unique<Entry>();
  entry->key = StoreKey(fragment.key);
  entry->tags = std::move(fragment.tags);
  entry->born_ms = now_ms;
  entry->lifetime_s = fragment.lifetime_s;
  // In memory whatever its size, as it is copied and never sent from there.
  entry->content = std::make_shared<StoredContent>(std::move(fragment.text), nullptr);
  Fill fill = store.BeginAlone();
  fill.purges_seen = fragment.purges_seen;
  const std::string key = entry->key;
  store.Finish(key, store.HashOf(key), fill, std::move(entry), 0);
}

}  // namespace fastserve::cache
