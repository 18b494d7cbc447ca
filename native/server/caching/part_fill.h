// The tap of an answer to a range, where parts are stored (RFC 9111 3.3): a 206 with a strong entity-tag is kept beside the URI's whole, is put
// together with the part that is there already when both have the same tag (RFC 9110 15.3.7.3), and becomes the whole when nothing is
// missing any more. The I/O thread's own.
//
// DESIGN: one part of a URI and its selection is kept, under a key of its own; one that does not touch it takes its place. While one answer is
// being stored the others for the same URI pass.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "native/cache/part.h"
#include "native/cache/store.h"
#include "native/server/caching/cache_fill.h"
#include "native/server/caching/cache_passage.h"
#include "native/server/connection/answer_stages.h"

namespace fastserve::server {

// What a part of the answer under `key` is stored under: no key of a whole begins so.
std::string PartKeyOf(std::string_view key);

class PartFill final : public AnswerTap {
 public:
  // `request`: with the key of the whole, and the hash of its part's. `report`: a Cache-Status line for the client, or nothing.
  PartFill(IoThread& io, cache::Store& store, FillRequest request, std::string report);
  // Without an end nothing is stored.
  ~PartFill() override;

  Verdict OnHead(AnswerHead* head) override;
  void OnContent(std::string_view bytes) override;
  void OnEnd(bool complete) override;
  bool Stores() const override { return entry_ != nullptr; }
  void Replace(Connection&, Exchange*) override {}

 private:
  void Begin(const AnswerHead& head);
  void Keep();
  void CombineWithStored();
  void StoreWhole(std::unique_ptr<cache::Entry> entry);

  IoThread& io_;
  cache::Store& store_;
  FillRequest request_;
  const std::string part_key_;
  CachePassage passage_;  // takes out of the head what is for caches
  const int64_t asked_ms_;
  bool open_;                            // the fill has not ended
  uint64_t expected_ = 0;                // bytes of the part
  cache::PartContent content_;
  std::unique_ptr<cache::Entry> entry_;  // null: nothing is stored
};

}  // namespace fastserve::server
