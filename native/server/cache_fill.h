// The tap that makes a stored response of an answer, or answers from an older one when the answer is of no use. The I/O
// thread's own; the store that it fills is everybody's.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "native/cache/freshness.h"
#include "native/cache/store.h"
#include "native/server/answer_stages.h"
#include "native/server/cache_key.h"

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
};

class CacheFill final : public AnswerTap {
 public:
  CacheFill(IoThread& io, cache::Store& store, FillRequest request);
  // Without an end the fill is given up: the next request that waits for it asks itself.
  ~CacheFill() override;

  Verdict OnHead(AnswerHead* head) override;
  void OnContent(std::string_view bytes) override;
  void OnEnd(bool complete) override;
  void Replace(Connection& connection, Exchange* exchange) override;

 private:
  enum class Instead : uint8_t { kNothing, kStale, kNotModified };

  bool ClientHasIt(const cache::ResponseFacts& facts) const;
  void MakeEntry(const cache::ResponseFacts& facts, const cache::Verdict& verdict, std::string_view fields);
  void EndWithout(int64_t pass_ms);

  IoThread& io_;
  cache::Store& store_;
  FillRequest request_;
  const int64_t asked_ms_;
  bool open_ = true;                       // the fill has not ended
  std::unique_ptr<cache::Entry> entry_;    // what is stored when the content is complete; null: nothing
  std::string content_;
  std::string client_fields_;              // the answer's lines without those for the cache
  Instead instead_ = Instead::kNothing;
};

// Lets an answer pass that is not stored: takes out the lines that are for caches like this one, and, behind an unsafe method,
// forgets what is stored of the URL whose state has changed (RFC 9111 4.4).
class CachePassage final : public AnswerTap {
 public:
  // `store` null: nothing is forgotten.
  CachePassage(cache::Store* store, std::string_view key) : store_(store), key_(key) {}

  Verdict OnHead(AnswerHead* head) override;
  void OnContent(std::string_view) override {}
  void OnEnd(bool) override {}
  void Replace(Connection&, Exchange*) override {}

 private:
  cache::Store* const store_;
  const std::string key_;
  std::string client_fields_;
};

}  // namespace fastserve::server
