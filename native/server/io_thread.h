// One I/O thread: an event loop with its listeners, connections, exchanges and its end of the queue. No N-API here.
//
// DESIGN: the turn has a fixed order. Poll delivers input: heads are parsed, files and constants are answered, requests for
// workers are written into rings. Then the workers' answers are collected, deadlines enforced, rings published and
// sleeping workers woken (before sending, so that they run meanwhile), and every dirty connection sends once.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string_view>
#include <vector>

#include "native/http/response/response_head.h"
#include "native/http/types.h"
#include "native/log/access_log.h"
#include "native/net/event_loop.h"
#include "native/net/output_queue.h"
#include "native/net/send_room.h"
#include "native/net/timer_wheel.h"
#include "native/net/wakeup.h"
#include "native/server/caching/cached_answers.h"
#include "native/server/connection/connection.h"
#include "native/server/connection/exchange.h"
#include "native/server/counters.h"
#include "native/server/dispatch/dispatcher.h"
#include "native/server/gate/verifier.h"
#include "native/server/lanes/file_lane.h"
#include "native/server/lanes/health.h"
#include "native/server/lanes/proxy_lane.h"
#include "native/server/lanes/router.h"
#include "native/server/options.h"
#include "native/server/snapshot.h"
#include "native/server/telemetry/observer.h"
#include "native/server/telemetry/request_ids.h"
#include "native/server/telemetry/request_log.h"

namespace fastserve::server {

class IoThread {
 public:
  // What one read may bring, and so what a connection may have to keep: content of kWholeBodyBytes with a usual head.
  static constexpr size_t kScratchBytes = queue::kWholeBodyBytes + 16384;
  // Content that is compressed on this thread in one turn: a few milliseconds at the levels of answers made for one client.
  static constexpr size_t kCodedBytesPerTurn = 131072;

  // `listeners`: descriptors of this thread, already listening, in the order of `listening`. `door` is how workers wake it.
  IoThread(const ServerOptions& options, uint32_t index, std::vector<base::UniqueFd> listeners,
           const std::vector<std::unique_ptr<Listening>>& listening, queue::IoDoor& door,
           const std::vector<queue::WorkerSlot*>& slots, log::AccessLog& log, Readiness& readiness,
           Observations& observations, Quarantine& quarantine, RateCounts& rate_counts, cache::Store* store,
           compress::VariantMaker& maker, files::DiskPool& disk);
  ~IoThread();

  // False when the kernel had no descriptor or memory for its loop: it must not run then.
  bool watches_all() const { return watches_all_; }

  // The thread's body: turns until a stop is complete.
  void Run();

  // Direct mode: the host calls these in order when the loop's descriptor is ready.
  void PollOnce(int timeout_ms);
  void FinishTurn();
  int loop_descriptor() const { return loop_.descriptor(); }
  // Milliseconds until a turn is due without any event, -1: none.
  int NextTimeoutMs();
  bool finished() const { return stopping_ && all_ == nullptr; }

  // ---- any thread ----
  // `snapshot` takes effect with the next request, and at the latest in the turn that the door wakes.
  void Publish(const Snapshot* snapshot) { published_.store(snapshot, std::memory_order_release); }
  // Snapshots with a lower serial are never looked at again.
  uint64_t settled_serial() const { return settled_serial_.load(std::memory_order_acquire); }
  // A further call gives it this much time from now instead.
  void RequestStop(int64_t grace_ms);
  // Runs `task` on this thread at the end of its next turn; it is dropped unrun when the thread ends before.
  void Post(std::function<void()> task);
  // From the next turn on: accepts from one more descriptor, which listens already. `listening` outlives the thread.
  void AddListener(base::UniqueFd fd, const Listening& listening);
  // From the next turn on: takes what waits in the backlog of this listener, then closes it. Connections stay.
  void RemoveListener(const Listening& listening);
  // In its next turn: ends connections between two requests, or all of them with what they have under way.
  void CloseConnections(bool idle_only);
  // Every answer from now on says Connection: close, so that clients leave before the stop.
  void BeginLameDuck() { lame_duck_.store(true, std::memory_order_relaxed); }
  const Counters& counters() const { return counters_; }
  const observe::ThreadMetrics* metrics() const { return observer_.metrics(); }
  const Dispatcher& dispatcher() const { return dispatcher_; }

  // ---- for the parts of this thread ----
  // Of the snapshot in use: a reload of the configuration brings others. A reference is good for the turn.
  const ServerOptions& options() const { return *settings_; }
  // Whether anything adds field lines to answers: policies, Strict-Transport-Security, Server-Timing. Of the snapshot in use.
  bool adds_fields() const { return adds_fields_; }
  // The snapshot in use. A request is read, let in and routed by one: it changes only before a head is read or a request is routed
  // again, when one whose content was collected is complete, and at the end of a turn.
  const Snapshot* snapshot() const { return snapshot_; }
  // Goes on to the snapshot that was published last.
  void RefreshSnapshot() {
    const Snapshot* published = published_.load(std::memory_order_acquire);
    if (published != snapshot_) TakeSnapshot(published);
  }
  // Monotonic, read at most once per turn.
  int64_t now_ms() {
    if (clock_stale_) ReadClock();
    return now_ms_;
  }
  // The same moment in nanoseconds.
  int64_t now_ns() {
    if (clock_stale_) ReadClock();
    return now_ns_;
  }
  std::string_view date() {
    if (clock_stale_) ReadClock();
    return date_.At(wall_seconds_);
  }
  net::EventLoop& loop() { return loop_; }
  net::TimerWheel& wheel() { return wheel_; }
  net::BlockPool& pool() { return pool_; }
  net::SendRoom& send_room() { return send_room_; }
  ExchangeTable& exchanges() { return exchanges_; }
  Dispatcher& dispatcher() { return dispatcher_; }
  ProxyLane& proxy() { return proxy_; }
  Router& router() { return *router_; }
  FileLane& file_lane() { return file_lane_; }
  CachedAnswers& cached_answers() { return cached_answers_; }
  Verifier& verifier() { return verifier_; }
  RateCounts& rate_counts() { return rate_counts_; }
  // Makes a request of the server's own, in the name of `peer`: `head` is whole and has no content. Its answer goes through `tap`
  // (or null) and its stages, and then nowhere. Nothing happens where no descriptor is left.
  void RequestWithoutClient(const queue::PeerAddress& peer, bool encrypted, std::string_view head,
                            std::unique_ptr<AnswerTap> tap = nullptr);
  // Hands the tap of the request without client that is routed now to its exchange.
  void GiveTap(Exchange* exchange);
  Counters& counters() { return counters_; }
  http::RequestHead& head() { return head_; }
  char* scratch() { return scratch_; }
  char* body_scratch() { return body_scratch_; }
  // Made for the first connection that needs it.
  tls::Scratch& tls_scratch() {
    if (tls_scratch_ == nullptr) tls_scratch_ = std::make_unique<tls::Scratch>();
    return *tls_scratch_;
  }

  // Whether `bytes` more of content may be coded in this turn; if so, counts them.
  bool TakeCodingTime(size_t bytes) {
    if (bytes > coding_left_) return false;
    coding_left_ -= bytes;
    return true;
  }

  void AddDirty(Connection* connection);
  void AddReady(Connection* connection);
  void Bury(Connection* connection);
  // An exchange lost its connection.
  void Abandon(Exchange* exchange);
  // Takes an exchange away from its worker or its upstream so that it can be answered here. As Dispatcher::DetachFromWorker.
  Exchange* TakeBack(Exchange* exchange);
  // The client has taken streamed bytes.
  void GiveCredit(Exchange* exchange);
  // An exchange was answered completely: logs and forgets it.
  void Finish(Exchange* exchange);
  // A request of the server's own is counted, and in no log.
  void NoteRequest(Exchange* exchange, const http::RequestHead& head, std::string_view head_bytes,
                   const Origin& origin);
  // Who asks, once that was proven.
  void NoteUser(Exchange* exchange, std::string_view user) {
    if (exchange->log) exchange->log->user.assign(user);
  }
  void NoteBrokenRequest(Exchange* exchange);
  RequestLog& request_log() { return request_log_; }
  // How the cache treated it.
  static void NoteCache(Exchange* exchange, CacheVerdict verdict) {
    if (exchange->log) exchange->log->cache = verdict;
  }
  // The request is in the ring of this worker.
  void NoteDispatch(Exchange* exchange, int worker);
  bool lame_duck() const { return lame_duck_.load(std::memory_order_relaxed); }
  // What clients may still take when the server stops: milliseconds.
  int64_t stop_grace_ms() const { return stop_grace_ms_.load(std::memory_order_relaxed); }
  // See health.h; `path` is the raw one.
  HealthAnswer Health(std::string_view path) {
    return AnswerHealth(options_.health, path, dispatcher_.HasWorker(), stopping_, &readiness_);
  }
  base::ClientShown client_for_views() const { return options_.client_for_views; }
  // What is told of a client.
  base::IpAddress Shown(const queue::PeerAddress& peer, base::ClientShown shown) {
    const base::IpAddress address = queue::ToIpAddress(peer);
    return shown == base::ClientShown::kFull ? address : disguise_.Of(address, shown, wall_seconds_);
  }
  std::string NewRequestId() { return request_ids_.Next(); }

 private:
  class ListenerSource final : public net::EventSource {
   public:
    ListenerSource(IoThread& io, base::UniqueFd fd, const Listening& listening)
        : io_(io), fd_(std::move(fd)), listening_(listening) {}
    void OnReady(net::Readiness) override { static_cast<void>(io_.AcceptFrom(*this)); }
    int fd() const { return fd_.get(); }
    const Listening& listening() const { return listening_; }

   private:
    IoThread& io_;
    base::UniqueFd fd_;
    const Listening& listening_;
  };
  class DoorSource final : public net::EventSource {
   public:
    explicit DoorSource(queue::IoDoor& door) : door_(door) {}
    void OnReady(net::Readiness) override { door_.wakeup.Drain(); }

   private:
    queue::IoDoor& door_;
  };

  bool AddsFields() const;
  void Watch(int fd, net::EventSource* source);
  void TakeSnapshot(const Snapshot* snapshot);
  void RunTasks();
  void AddSource(base::UniqueFd fd, const Listening& listening);
  void CloseSource(ListenerSource& source);
  void CloseListener(const Listening& listening);
  bool AcceptFrom(ListenerSource& source);
  void AddConnection(base::UniqueFd fd, const sockaddr_storage& peer, const Listening& listening);
  Connection* Link(std::unique_ptr<Connection> connection);
  bool CountAddress(const sockaddr_storage& peer, std::unique_ptr<AddressSlot>* slot);
  void PauseAccepting();
  void ResumeAccepting();
  void StopAccepting();
  void BeginStop();
  // Behind the last turn.
  void CountDrained();
  void FlushDirty();
  void ServeReady();
  void EmptyGraveyard();
  void ReadClock();

  const ServerOptions& options_;  // of the start
  const ServerOptions* settings_;
  queue::IoDoor& door_;
  Readiness& readiness_;
  Observer observer_;
  RequestLog request_log_;
  auth::ClientDisguise disguise_;
  net::EventLoop loop_;
  net::TimerWheel wheel_;
  net::BlockPool pool_;
  net::SendRoom send_room_;
  http::DateField date_;
  ExchangeTable exchanges_;
  Counters counters_;
  RequestIds request_ids_;
  Dispatcher dispatcher_;
  ProxyLane proxy_;
  FileLane file_lane_;
  std::unique_ptr<Router> router_;
  CachedAnswers cached_answers_;
  Verifier verifier_;
  RateCounts& rate_counts_;
  std::unique_ptr<AnswerTap> tap_;  // while its request is routed
  std::atomic<const Snapshot*> published_{nullptr};
  const Snapshot* snapshot_ = nullptr;
  std::atomic<uint64_t> settled_serial_{0};
  std::vector<std::unique_ptr<ListenerSource>> listeners_;
  DoorSource door_source_;
  net::Timer accept_timer_;   // owner null: resumes accepting
  net::Timer stop_timer_;     // owner null: the grace time is over
  Connection* all_ = nullptr;
  std::vector<Connection*> dirty_, ready_, serving_, graveyard_;
  std::atomic<int64_t> stop_grace_ms_{-1};
  int64_t now_ns_;
  int64_t begun_grace_ms_ = -1;  // what stop_grace_ms_ was when the stop timer was armed
  std::atomic<bool> lame_duck_{false};
  std::atomic<bool> has_tasks_{false};  // release with acquire: what is behind the mutex is there
  std::mutex tasks_mutex_;
  std::vector<std::function<void()>> tasks_;
  size_t coding_left_ = kCodedBytesPerTurn;
  int64_t now_ms_;
  int64_t wall_seconds_;
  int64_t wall_read_ms_ = 0;
  bool adds_fields_ = false;
  bool clock_stale_ = false;
  bool stopping_ = false;
  uint64_t under_way_at_stop_ = 0;  // requests
  uint64_t requests_at_stop_ = 0;   // that had come by then
  bool accepting_ = true;
  bool watches_all_ = true;
  std::unique_ptr<tls::Scratch> tls_scratch_;
  http::RequestHead head_;
  char scratch_[kScratchBytes];
  char body_scratch_[queue::kInlineBodyBytes];
};

}  // namespace fastserve::server
