// The tap that makes a stored response of an answer, or answers from an older one when the answer is of no use. The I/O
// thread's own; the store that it fills is everybody's.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "native/cache/freshness.h"
#include "native/cache/store.h"
#include "native/server/caching/cache_key.h"
#include "native/server/caching/cache_report.h"
#include "native/server/connection/answer_stages.h"

namespace fastserve::server {

class IoThread;

// What a fill knows of the request that it is for.
struct FillRequest {
  CacheKey key;
  uint64_t hash = 0;
  cache::Fill fill;
  cache::RequestFacts facts;
  const cache::Rule* rule = nullptr;  // kept by `rules`
  std::shared_ptr<const void> rules;
  std::string head;                   // the request's, as it came
  cache::EntryRef stale;              // may answer when the new answer is an error
  bool keeps = true;                  // false: nothing is stored, there is no fill to end
  bool validates = false;             // whoever answers is asked whether `stale` still holds
  ForwardReason reason = ForwardReason::kUriMiss;
};

class CacheFill final : public AnswerTap {
 public:
  CacheFill(IoThread& io, cache::Store& store, FillRequest request);
  // Without an end the fill is given up: the next request that waits for it asks itself.
  ~CacheFill() override;

  Verdict OnHead(AnswerHead* head) override;
  void OnContent(std::string_view bytes) override;
  void OnEnd(bool complete) override;
  bool Stores() const override { return entry_ != nullptr; }
  void Replace(Connection& connection, Exchange* exchange) override;

 private:
  enum class Instead : uint8_t { kNothing, kStale, kFreshened, kNotModified };

  Verdict Freshen(const cache::ResponseFacts& facts, std::string_view lines);
  Verdict Store(const cache::ResponseFacts& facts, std::string_view lines, int64_t length);
  void SetNotModifiedFields(const cache::ResponseFacts& facts, std::string_view fields, int64_t length);
  cache::Verdict Judge(const cache::ResponseFacts& facts) const;
  void SetContent(cache::Entry* entry, std::shared_ptr<cache::StoredContent> content) const;
  bool ClientHasIt(const cache::ResponseFacts& facts) const;
  void EndWithout(int64_t pass_ms);

  IoThread& io_;
  cache::Store& store_;
  FillRequest request_;
  const int64_t asked_ms_;
  bool open_;                              // the fill has not ended
  std::unique_ptr<cache::Entry> entry_;    // what is stored when the content is complete; null: nothing
  cache::EntryRef freshened_;              // `stale` with the fields of a 304
  std::string content_;
  std::string client_fields_;              // the answer's lines without those for the cache
  ForwardReport report_;
  Instead instead_ = Instead::kNothing;
};

}  // namespace fastserve::server
