// Hands requests to workers and takes their answers: windows, the waiting line, deadlines, cancellation, recovery.
// The I/O thread's end of the queue; native/queue/README.md numbers the invariants.
//
// Generations (Q12): a request goes only to a worker of the generation in use, that of the I/O thread's snapshot, whose table
// has routed it. One that was routed by an earlier table, and waits, is given to the new application unresolved.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <random>
#include <span>
#include <string_view>
#include <vector>

#include "native/base/counter.h"
#include "native/queue/record_writer.h"
#include "native/queue/worker_port.h"
#include "native/server/connection/exchange.h"
#include "native/server/dispatch/quarantine.h"
#include "native/server/dispatch/running_request.h"
#include "native/server/dispatch/waiting_line.h"
#include "native/server/options.h"

namespace fastserve::server {

class Connection;
class IoThread;

class Dispatcher {
 public:
  // `channel_index`: which of a slot's channels is ours.
  Dispatcher(IoThread& io, const std::vector<queue::WorkerSlot*>& slots, uint32_t channel_index, Quarantine& quarantine);

  // ---- requests ----

  // What its route asks for: its pool, its limits. Before anything below, once. False: too many of the route are under way, and
  // it has its 503.
  bool Admit(Exchange* exchange, uint16_t route);
  // A request whose content is complete: into a ring, or into the waiting line, or 503.
  void Submit(Exchange* exchange, const queue::RequestParts& parts, std::string_view body);
  // The same where a ring has room at once; else nothing is done, and false.
  bool SubmitWhole(Exchange* exchange, const queue::RequestParts& parts, std::string_view body);
  // Room for a request in the ring of the worker that would get it: the caller writes its content to `content`, and then calls
  // SubmitInto, or leaves it. Good until anything else is written to a ring. `content` is null where there is none.
  struct Room {
    uint8_t* content = nullptr;
    uint32_t content_bytes = 0;
    uint32_t record_bytes = 0;
    int lane = -1;
  };
  Room FindRoom(Exchange* exchange, const queue::RequestParts& parts, uint32_t content_bytes);
  void SubmitInto(const Room& room, Exchange* exchange, const queue::RequestParts& parts);
  // A request whose content (declared, small) is collected first: AppendBody fills it, SubmitPending sends it.
  void Hold(Exchange* exchange, const queue::RequestParts& parts, uint32_t content_length);
  // A request whose content, of `content_bytes`, is whole in its connection's input and socket, and for which FindRoom found none. It
  // waits in the line; its content is received into the ring then (Connection::ReceiveHeldContent).
  void WaitWithContent(Exchange* exchange, const queue::RequestParts& parts, uint32_t content_bytes);
  // A request whose content is streamed once the application asks for it. `declared`: kUnknownLength when chunked.
  void SubmitStreamed(Exchange* exchange, queue::RequestParts& parts, uint64_t declared);
  // Content of a collected request: `data` goes to `offset`.
  void AppendBody(Exchange* exchange, uint64_t offset, std::string_view data);
  // A collected request is complete.
  void SubmitPending(Exchange* exchange);

  // ---- streamed content ----

  // Makes sure that a chunk of up to `bytes` and an end fit. False: the worker will ring when there is room.
  bool ReserveChunk(Exchange* exchange, uint32_t bytes);
  // After ReserveChunk; `data` is at most what was reserved.
  void CommitChunk(Exchange* exchange, std::string_view data, bool ended);
  // Tells a worker that the content will never be complete.
  void BreakBody(Exchange* exchange);

  // ---- ends ----

  // The client has gone: a request that waits is forgotten, one in a worker is cancelled and stays until its worker's
  // last word. `exchange->connection` is already null.
  void Abandon(Exchange* exchange);
  // Aborts request.signal of a request in a worker; but for kTimeShort its answer is not wanted any more.
  void Cancel(Exchange* exchange, queue::CancelReason reason = queue::CancelReason::kClientGone);
  // Aborts request.signal of a request in a worker because its client may have gone: it is run all the same, and its answer sent.
  void Warn(Exchange* exchange);
  // Takes an exchange away from its worker so that it can be answered here: returns the exchange to answer (a new one in
  // the same place when a record is outstanding). nullptr when no token is left: the connection was aborted then.
  Exchange* DetachFromWorker(Exchange* exchange, queue::CancelReason reason = queue::CancelReason::kClientGone);
  // The client has taken streamed bytes.
  void GiveCredit(Exchange* exchange);

  // ---- the turn ----

  // Makes workers that stand still give way to this thread. Before requests are published.
  void WatchWorkers(int64_t now_ms);
  // Takes every published response, recovers dead workers' requests. Returns true when there was anything.
  bool Collect();
  // Moves waiting requests into rings.
  void Pump();
  // 504 and 503 for what is past its time, a word to the worker for what is past its soft limit.
  void EnforceDeadlines(int64_t now_ms);
  // Publishes what was written in this turn and wakes sleeping workers.
  void PublishAndWake();
  // True when something may have come since Collect and Pump: the I/O thread must not sleep. Call after parking (Q5).
  bool HasWork();
  // Milliseconds until WatchWorkers shall be called although nothing else happens, -1 when it need not: a worker that burns gives
  // way before others come, not while they wait.
  int64_t NextLookMs() const;
  // Milliseconds until EnforceDeadlines has something to do, -1 when nothing waits.
  int64_t NextDeadlineMs(int64_t now_ms) const;

  // A request for this pool that came now would wait: others do already, or no worker may have one.
  bool IsPressed(uint8_t pool) const;

  // Any thread.
  struct PoolStats {
    uint32_t waiting;
    int64_t oldest_ms;   // when the one that has waited longest came (monotonic); 0: none waits
    uint64_t waited;     // requests that left the line for a worker
    uint64_t waited_ms;  // how long they had been in it
    uint64_t rejected;   // that found no place in it, or waited too long
  };
  PoolStats pool_stats(uint32_t pool) const;

  struct LaneStats {
    uint32_t in_flight;
    uint64_t started, answered;
  };
  LaneStats lane_stats(uint32_t slot) const;
  // What workers have and have not answered, at most kListedRequests of each. The I/O thread's. What a request asks for is read
  // from its record, as long as the ring has not written over it: listing costs requests nothing.
  std::vector<RunningRequest> ListRunning(int64_t now_ms) const;

  // Whether the first pool has a worker of the generation in use, or the server has no application. The I/O thread's.
  bool HasWorker() const;

 private:
  struct LateControl {
    uint32_t token, flags, value;
  };
  // Workers that get the same routes: the lanes from `first` on, and the requests that found no room in them.
  struct Pool {
    Pool(const PoolOptions& options, size_t first_lane, uint8_t place)
        : settings(options), first(first_lane), index(place), line(options.order, options.fair != nullptr) {}
    const PoolOptions settings;
    const size_t first;
    const uint8_t index;
    WaitingLine line;
    uint32_t next_lane = 0;  // of its slots: ties go round
    std::atomic<uint32_t> waiting{0};     // gauges of the line, for others (relaxed)
    std::atomic<int64_t> oldest_ms{0};
    base::Counter waited, waited_ms, rejected;
  };
  // Requests of a route that has as many under way as it may have.
  struct GateLine {
    std::shared_ptr<RouteGate> gate;
    ExchangeList waiting;
  };
  // Our side of one worker slot.
  struct Lane {
    queue::WorkerSlot* slot;
    queue::Channel* channel;
    uint8_t pool;
    queue::StandStill stand_still;
    ExchangeList in_flight;       // not answered yet, in the order of their records and deadlines
    ExchangeList lingering;       // streaming their answer, or abandoned by their client
    std::vector<LateControl> controls;  // control records that found the ring full, oldest first
    uint32_t recovered_epoch = 0; // the last attachment that has been recovered
    uint32_t pushed_records = 0;  // since the attachment
    std::atomic<uint32_t> in_flight_gauge{0};
    std::atomic<uint64_t> pushed_total{0}, answered_total{0};
  };

  // A lane with room for a record in its ring; `lane` is -1, and `record` null, where there is none.
  struct Place {
    int lane = -1;
    uint8_t* record = nullptr;
  };
  Place PickLane(Pool& pool, uint32_t bytes);
  int64_t QueueLimitOf(const Pool& pool) const;
  // The hash of what its pool shares turns by.
  uint64_t ShareOf(const Exchange* exchange, const Pool& pool, const queue::RequestParts& parts) const;
  bool LaneServes(const Lane& lane) const;
  // Whether its worker has done nothing for so long but burn or wait in one call: what is given to it would wait.
  static bool StandsStill(const Lane& lane, int64_t at_least_ms);
  // Requests that its worker has and has not done with.
  static uint32_t LoadOf(const Lane& lane) { return lane.in_flight.size() + lane.lingering.size(); }
  static bool InWindow(const Lane& lane, uint32_t window);
  Lane& LaneOf(const Exchange* exchange) { return *lanes_[static_cast<size_t>(exchange->channel)]; }
  void Enter(int index, Exchange* exchange, uint32_t record_bytes);
  void ArmForWorker(Exchange* exchange);
  int64_t LimitOf(const Exchange* exchange) const;
  int64_t SoftLimitOf(const Exchange* exchange) const;
  // Whether the worker has called the application for it. May be a moment late.
  bool HasStarted(const Exchange* exchange);
  void OnDue(Exchange* exchange, int64_t now_ms);
  void OnDueUnstarted(Exchange* exchange, int64_t now_ms);
  void OnClientDeadline(Exchange* exchange);
  // Answers it here and takes it away from whoever has it.
  void AnswerFor(Exchange* exchange, uint16_t status, queue::CancelReason reason);
  void Linger(Exchange* exchange);
  void Leave(Exchange* exchange);
  bool PushPending(Exchange* exchange);
  // Into the place that PickLane gave for it, or refused.
  void PushTo(const Place& place, Exchange* exchange);
  bool CompleteFromSocket(Exchange* exchange, std::span<uint8_t> record);
  static queue::RequestRecord* PendingRecord(Exchange* exchange) {
    return reinterpret_cast<queue::RequestRecord*>(exchange->pending.data());
  }
  void Readdress(Exchange* exchange);
  // Something waits for room in this lane's ring or for its window.
  bool WantsSpace(const Lane& lane) const;
  void Wait(Exchange* exchange);
  // Takes a request that waits out of its line; it is nobody's then.
  void LeaveLine(Exchange* exchange);
  void RefuseFull(Exchange* exchange);
  void PumpPool(Pool& pool);
  static void ShowLine(Pool& pool);
  // ---- dispatcher_gates.cc
  // True when its route has no limit, or it is counted among those that are under way.
  static bool EnterGate(Exchange* exchange);
  void WaitAtGate(Exchange* exchange);
  void LeaveGateLine(Exchange* exchange);
  // Lets in who waits for a place among those of its route.
  void PumpGates();
  bool GateHasRoom() const;
  void EncodePending(Exchange* exchange, const queue::RequestParts& parts, uint32_t body_bytes, uint64_t body_length);
  void PushControl(Exchange* exchange, queue::RequestKind kind, uint32_t flags, uint32_t value);
  static bool WriteControl(Lane& lane, const LateControl& control);
  // True when a lane's control records still wait.
  bool FlushControls();
  void RetryBlocked();

  void GiveUp(Lane& lane);
  void TakeResponse(const queue::ResponseRecord& record, int from);
  void TakeFull(Exchange* exchange, const queue::ResponseRecord& record, std::string_view head, std::string_view body);
  void SendNamedFile(Exchange* exchange, std::string_view target, std::string_view fields);
  static net::Release ReleaseOf(const queue::ResponseRecord& record);
  void Recover(Lane& lane);
  void RecoverExchange(Lane& lane, Exchange* exchange, uint64_t started_end, ExchangeList* again);
  void WaitAgain(ExchangeList* again);

  // True when it is in quarantine, and answered. `bytes`: its record.
  bool Refuse(Exchange* exchange, std::span<const uint8_t> bytes);
  // It was answered by the application.
  void Absolve(const Exchange* exchange);
  // What was inside a worker that died is suspected of it.
  void Suspect(Lane& lane, uint64_t started_end);
  bool MayReplay(const Exchange* exchange, std::span<const uint8_t> bytes) const;
  // Its record in the lane's ring; empty once its memory may have been written again.
  static std::span<const uint8_t> RecordOf(Lane& lane, const Exchange* exchange);

  IoThread& io_;
  Quarantine& quarantine_;
  std::vector<std::unique_ptr<Lane>> lanes_;
  const uint32_t index_;                // of this I/O thread
  const uint64_t share_seed_ = std::random_device()() | uint64_t{std::random_device()()} << 32;  // nobody can choose keys that share a turn
  std::vector<std::unique_ptr<Pool>> pools_;  // at least one
  std::vector<GateLine> gate_lines_;    // of gates at which somebody waits
  uint32_t waiting_count_ = 0;          // in the lines of all pools
  Deadlines deadlines_;                 // of what waits and of what a worker has not answered
  std::vector<uint32_t> blocked_;       // tokens of exchanges whose chunk found the ring full
};

}  // namespace fastserve::server
