// One request with its response, and the table that gives exchanges their tokens. The I/O thread's own.
//
//   kReceiving ──body complete──► kWaiting ──record in a ring──► kInWorker ──stream start──► kStreaming
//        │                           │                              │                          │
//        └─────── native answer ─────┴────────── answer, 504, 503, 502 ────────────────────────┴──► kDone
//
// An exchange whose client has gone or was answered for its worker loses its connection but stays in the table until the
// worker has said its last word (or died): a token is never reused while a record with it is outstanding (Q8).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "native/http/response/bandwidth.h"
#include "native/http/response/error_page.h"
#include "native/limits/concurrency.h"
#include "native/net/output_queue.h"
#include "native/observe/trace.h"
#include "native/queue/layout.h"
#include "native/queue/record_writer.h"
#include "native/route/policy.h"
#include "native/server/connection/answer_stages.h"
#include "native/server/connection/deadlines.h"
#include "native/server/dispatch/route_gate.h"
#include "native/server/telemetry/log_facts.h"

namespace fastserve::server {

class Connection;
class ProxiedExchange;

// Whether the request was routed before and waited for another one's answer (cached_answers.h): it was counted and let in then.
enum class CacheTurn : uint8_t { kFirst, kAgain, kAlone /* it has waited long enough */ };

enum class ExchangeState : uint8_t { kReceiving, kWaiting, kInWorker, kStreaming, kDone };

// Who gave an exchange its answer: the lane of the access log and of the counters.
enum class AnsweredBy : uint8_t { kView, kFile, kConstant, kError, kHealth, kProxy, kCache };
constexpr size_t kAnsweredByCount = 7;
// "view", "file"...
std::string_view AnsweredByName(AnsweredBy answered_by);

// A piece of an answer that waits for earlier answers on its connection (pipelining).
struct HeldPiece {
  enum class Kind : uint8_t { kCopied, kBorrowed, kFile } kind;
  std::string bytes;           // kCopied
  std::string_view borrowed;   // kBorrowed
  int fd = -1;                 // kFile
  uint64_t offset = 0, length = 0;
  net::PageWatch* pages = nullptr;  // kFile
  net::Release release;        // kBorrowed, kFile
};

struct Exchange;

// What is known of a request and of its answer. Plain values: they end by being overwritten.
struct ExchangeFacts {
  uint32_t slot = 0;
  uint32_t generation = 0;
  Connection* connection = nullptr;
  Exchange* next = nullptr;           // the next request on the same connection
  Exchange* list_previous = nullptr;  // FIFO or in-flight list
  Exchange* list_next = nullptr;
  Exchange* share_previous = nullptr;  // in a waiting line that is fair: those of the same key
  Exchange* share_next = nullptr;

  bool in_use = false;                // the table's: it was created and has not ended
  ExchangeState state = ExchangeState::kReceiving;
  bool head_request = false;          // HEAD: the answer's content is not sent
  bool http10 = false;
  bool secure = false;                // the client speaks HTTPS, to us or to a trusted proxy
  bool keep_alive = false;            // what the client wants
  bool expects_continue = false;      // 100 Continue is owed when the content is wanted
  bool body_streamed = false;         // the request's content goes to the worker as chunks
  bool body_received = true;          // nothing of the content is missing
  bool content_in_socket = false;     // it waits, and the socket has its content: `pending` is the record without it
  bool blocked_on_ring = false;       // a piece of its content waits for room in the worker's ring
  bool chunked_answer = false;
  bool has_date = false;              // the lines of its answer have a Date, an upstream's
  bool awaits_upgrade = false;        // until its answer, what the client sends may be no HTTP
  bool closes = false;                // the connection ends behind this answer
  bool rates_taken = false;           // its route's rate limits have counted it
  bool awaits_disk = false;           // it waits in the file lane (file_lane.h)
  uint8_t disk_waits = 0;             // how often it has
  CacheTurn cache_turn = CacheTurn::kFirst;
  AnsweredBy answered_by = AnsweredBy::kView;
  http::ErrorFormat error_format = http::ErrorFormat::kAny;  // what the client prefers
  uint8_t minor_version = 1;
  uint8_t timeout_fields = 0;         // of its head, that say how long its client waits: as in http::ClientTimeout
  uint16_t status = 0;
  uint8_t pool = 0;                   // whose workers get it, by place among the server's
  int32_t channel = -1;               // worker slot index while in flight
  uint64_t record_start = 0, record_end = 0;  // ring positions, while in a worker
  uint32_t body_credit = 0;           // bytes of content that the worker wants now
  int64_t since_ms = 0;               // entered the list it is in
  DeadlineLinks deadline;             // while it waits, or its worker has not answered
  uint64_t share = 0;                 // hash of its key in a waiting line that is fair
  bool waits_again = false;           // in a waiting line behind a worker's death
  uint64_t fingerprint = 0;           // of its content and target (quarantine.h) while something is suspected
  bool replayed = false;              // a worker died with it, and it was given to another one
  bool awaits_start = false;          // at its limit its worker had not called the application for it
  bool past_soft_limit = false;       // request.signal was aborted; what is due next is the end
  int64_t disk_since_ms = 0;          // when it waited first; 0: never
  int64_t client_deadline_ms = 0;     // until then its client waits for an answer (monotonic); 0: nobody said
  int64_t answer_remaining = -1;      // streamed answer with a declared length
  uint64_t sent_bytes = 0;            // of content
  uint64_t credit_owed = 0;           // streamed answer bytes not yet reported as taken

  uint32_t pending_generation = 0;    // of the code whose route id is in it
  int64_t arrived_ns = 0;             // when the turn that read it began; 0 while nothing observes
  uint16_t series = 0;                // of its route's metrics; 0: none
  ProxiedExchange* proxied = nullptr;  // while an upstream has it; ProxyLane's
};
static_assert(std::is_trivially_copyable_v<ExchangeFacts>);
// No room behind the last member that what follows in an Exchange could lie in: facts are overwritten as a whole.
static_assert(offsetof(ExchangeFacts, proxied) + sizeof(ExchangeFacts::proxied) == sizeof(ExchangeFacts));

// What an exchange may own. Most own none of it when they end, and HoldNothing() is all that this costs them.
struct ExchangeHoldings {
  std::shared_ptr<RouteGate> gate;    // of its route, which limits how many are under way
  GateSlot in_gate;                   // it is counted there
  std::shared_ptr<const route::RoutePolicy> policy;  // of its route; nullptr: as the server is set
  std::string request_id;             // a trusted proxy's, or made for an error answer; empty until then
  std::string request_head;           // a copy, where the application's answer may name a file
  std::vector<uint8_t> pending;       // the encoded record while it is in no ring
  std::vector<HeldPiece> held;
  std::unique_ptr<LogFacts> log;
  std::unique_ptr<observe::Trace> trace;  // chosen by the sampler (observer.h)
  limits::ConcurrencySlot concurrency;   // counted for a limit of requests at once
  std::unique_ptr<http::Bandwidth> bandwidth;  // of its answer; null: any
  std::unique_ptr<AnswerStages> stages;  // null: the answer goes out as it is given

  // False also where a text or a list keeps memory for later.
  bool HoldNothing() const {
    constexpr size_t kOwnCapacity = std::string().capacity();
    const bool has_text = !request_id.empty() || !request_head.empty() || request_id.capacity() > kOwnCapacity ||
                          request_head.capacity() > kOwnCapacity;
    const bool has_list = pending.capacity() > 0 || held.capacity() > 0;
    return !has_text && !has_list && gate == nullptr && !in_gate && policy == nullptr && log == nullptr && trace == nullptr &&
           !concurrency && bandwidth == nullptr && stages == nullptr;
  }
};

struct Exchange : ExchangeFacts, ExchangeHoldings {
  uint32_t token() const { return slot | generation << queue::kTokenSlotBits; }
  // Whether its answer may not go as fast as it can.
  bool is_paced() const { return bandwidth != nullptr && bandwidth->limited(); }
  // Whether the time is over that its client waits.
  bool is_past_deadline(int64_t now_ms) const { return client_deadline_ms != 0 && now_ms >= client_deadline_ms; }
};

// The bandwidth of an answer, made where there is none.
inline http::Bandwidth& BandwidthOf(Exchange* exchange) {
  if (exchange->bandwidth == nullptr) exchange->bandwidth = std::make_unique<http::Bandwidth>();
  return *exchange->bandwidth;
}

// The stages of an answer, made where there are none.
inline AnswerStages& StagesOf(Exchange* exchange) {
  if (exchange->stages == nullptr) exchange->stages = std::make_unique<AnswerStages>();
  return *exchange->stages;
}

// Slab of exchanges: stable addresses, last-in first-out reuse (warm memory), a generation for each slot.
class ExchangeTable {
 public:
  ~ExchangeTable();
  // nullptr when 2^20 exchanges are in use.
  Exchange* Create();
  void Destroy(Exchange* exchange);
  // The live exchange with this token, or nullptr.
  Exchange* Find(uint32_t token) const;
  uint32_t live_count() const { return live_; }

 private:
  static constexpr uint32_t kChunk = 256;
  void Grow();
  std::vector<std::unique_ptr<Exchange[]>> chunks_;
  std::vector<Exchange*> free_;
  uint32_t live_ = 0;
};

// Intrusive list of exchanges, oldest first, by one pair of their links.
template <Exchange* ExchangeFacts::*Previous, Exchange* ExchangeFacts::*Next>
class LinkedExchanges {
 public:
  void PushBack(Exchange* exchange) {
    exchange->*Previous = last_;
    exchange->*Next = nullptr;
    (last_ ? last_->*Next : first_) = exchange;
    last_ = exchange;
    ++size_;
  }
  void PushFront(Exchange* exchange) {
    exchange->*Previous = nullptr;
    exchange->*Next = first_;
    (first_ ? first_->*Previous : last_) = exchange;
    first_ = exchange;
    ++size_;
  }
  void Remove(Exchange* exchange) {
    (exchange->*Previous ? exchange->*Previous->*Next : first_) = exchange->*Next;
    (exchange->*Next ? exchange->*Next->*Previous : last_) = exchange->*Previous;
    exchange->*Previous = exchange->*Next = nullptr;
    --size_;
  }
  Exchange* front() const { return first_; }
  Exchange* back() const { return last_; }
  uint32_t size() const { return size_; }
  bool empty() const { return first_ == nullptr; }

 private:
  Exchange* first_ = nullptr;
  Exchange* last_ = nullptr;
  uint32_t size_ = 0;
};

using ExchangeList = LinkedExchanges<&Exchange::list_previous, &Exchange::list_next>;

}  // namespace fastserve::server
