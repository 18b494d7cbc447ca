#include "native/server/io_thread.h"

#include <sys/eventfd.h>

#include <algorithm>
#include <cstdio>
#include <string>

#include "native/base/clock.h"
#include "native/net/descriptor_reserve.h"
#include "native/server/proxied_exchange.h"
#include "native/server/request_facts.h"

namespace fastserve::server {

namespace {

// Connections taken from one listener in a turn.
constexpr int kAcceptsPerTurn = 128;
// A listener that closes takes at most this many times as many: what our own backlog holds.
constexpr int kDrainRounds = 32;
// How long accepting rests when descriptors or memory have run out.
constexpr int64_t kAcceptPauseMs = 100;
// The loop wakes at least this often while the log holds lines that were not handed on.
constexpr int64_t kMaxSleepMs = 60000;

// The process's: its limit is read once.
const net::DescriptorReserve& Reserve() {
  static const net::DescriptorReserve reserve;
  return reserve;
}

}  // namespace

IoThread::IoThread(const ServerOptions& options, uint32_t index, std::vector<base::UniqueFd> listeners,
                   const std::vector<std::unique_ptr<Listening>>& listening, queue::IoDoor& door,
                   const std::vector<queue::WorkerSlot*>& slots, AccessLog& log, Readiness& readiness,
                   Observations& observations, Quarantine& quarantine, cache::Store* store, compress::VariantMaker& maker)
    : options_(options),
      settings_(&options),
      door_(door),
      log_(log),
      readiness_(readiness),
      observer_(options.observe, observations),
      log_on_(options.log_format != AccessLog::Format::kOff),
      disguise_(options.disguise),
      wheel_(base::MonotonicMs()),
      dispatcher_(*this, slots, index, quarantine),
      proxy_(*this, options.upstreams, options.proxy, options.proxy_caches, index == 0),
      router_(std::make_unique<Router>(*this)),
      cached_answers_(*this, store, maker, door),
      verifier_(*this),
      door_source_(door),
      now_ns_(base::MonotonicNs()),
      now_ms_(now_ns_ / 1000000),
      wall_seconds_(base::WallSeconds()) {
  Watch(door_.wakeup.fd(), &door_source_);
  for (size_t i = 0; i < listeners.size(); ++i) {
    AddSource(std::move(listeners[i]), *listening[i]);
  }
}

void IoThread::Watch(int fd, net::EventSource* source) {
  watches_all_ &= loop_.Add(fd, source, false);
}

IoThread::~IoThread() {
  while (all_ != nullptr) all_->Abort();
  EmptyGraveyard();
}

void IoThread::RequestStop(int64_t grace_ms) {
  stop_grace_ms_.store(grace_ms, std::memory_order_release);
  door_.wakeup.Ring();
}

void IoThread::AddListener(base::UniqueFd fd, const Listening& listening) {
  const auto held = std::make_shared<base::UniqueFd>(std::move(fd));
  Post([this, held, &listening] {
    if (!stopping_) AddSource(std::move(*held), listening);
  });
}

void IoThread::RemoveListener(const Listening& listening) {
  Post([this, &listening] { CloseListener(listening); });
}

void IoThread::Post(std::function<void()> task) {
  {
    const std::lock_guard lock(tasks_mutex_);
    tasks_.push_back(std::move(task));
    has_tasks_.store(true, std::memory_order_release);
  }
  door_.wakeup.Ring();
}

// ---- the turn -------------------------------------------------------------------------------------------------------

void IoThread::Run() {
  while (!finished()) {
    int timeout = NextTimeoutMs();
    if (timeout != 0) {
      door_.parking.Park();
      if (dispatcher_.HasWork() || cached_answers_.HasWork()) timeout = 0;
    }
    PollOnce(timeout);
    FinishTurn();
  }
  log_.Submit(log_buffer_);
}

int IoThread::NextTimeoutMs() {
  if (!ready_.empty() || proxy_.has_ready()) return 0;
  int64_t timeout = wheel_.NextDelayMs(now_ms_);
  for (const int64_t deadline : {dispatcher_.NextDeadlineMs(now_ms_), cached_answers_.NextDeadlineMs(now_ms_)}) {
    if (deadline >= 0) timeout = timeout < 0 ? deadline : std::min(timeout, deadline);
  }
  return timeout < 0 ? -1 : static_cast<int>(std::min<int64_t>(timeout, kMaxSleepMs));
}

void IoThread::PollOnce(int timeout_ms) {
  coding_left_ = kCodedBytesPerTurn;
  clock_stale_ = true;
  ServeReady();
  proxy_.ResumeReady();
  clock_stale_ = true;  // the wait may be long
  loop_.Poll(timeout_ms);
  door_.parking.Unpark();
  counters_.turns.Add();
}

void IoThread::ReadClock() {
  now_ns_ = base::MonotonicNs();
  now_ms_ = now_ns_ / 1000000;
  clock_stale_ = false;
  if (now_ms_ - wall_read_ms_ >= 100) {
    wall_read_ms_ = now_ms_;
    wall_seconds_ = base::WallSeconds();
  }
}

void IoThread::FinishTurn() {
  ReadClock();
  RefreshSnapshot();
  if (has_tasks_.load(std::memory_order_acquire)) RunTasks();
  if (stop_grace_ms_.load(std::memory_order_acquire) != begun_grace_ms_) BeginStop();
  wheel_.Advance(now_ms_, [this](net::Timer* timer) {
    if (timer == &accept_timer_) return ResumeAccepting();
    if (timer == &stop_timer_) {
      while (all_ != nullptr) all_->Abort();
      return;
    }
    if (timer->kind == proxy::kTimerKind) return static_cast<proxy::Timed*>(timer->owner)->OnTimer();
    static_cast<Connection*>(timer->owner)->OnTimer();
  });
  dispatcher_.WatchWorkers(now_ms_);
  dispatcher_.Collect();
  cached_answers_.Collect(now_ms_);
  verifier_.AskViews();
  dispatcher_.EnforceDeadlines(now_ms_);
  dispatcher_.Pump();
  dispatcher_.PublishAndWake();
  FlushDirty();
  dispatcher_.PublishAndWake();  // credits and cancellations that sending gave rise to
  EmptyGraveyard();
  observer_.EndTurn();
  if (log_on_) log_.Submit(log_buffer_);
  // Nothing of a turn keeps a view into a snapshot: older ones may go. release: pairs with settled_serial.
  settled_serial_.store(snapshot_->serial, std::memory_order_release);
}

// The caches of files know mounts by address: those of a snapshot that goes must not stay behind.
void IoThread::TakeSnapshot(const Snapshot* snapshot) {
  const bool other_mounts = snapshot_ != nullptr && snapshot_->mounts != snapshot->mounts;
  snapshot_ = snapshot;
  settings_ = snapshot->options.get();
  if (other_mounts) router_->files().Clear();
}

void IoThread::AddDirty(Connection* connection) {
  if (connection->in_dirty) return;
  connection->in_dirty = true;
  dirty_.push_back(connection);
}

void IoThread::AddReady(Connection* connection) {
  if (connection->in_ready) return;
  connection->in_ready = true;
  ready_.push_back(connection);
}

void IoThread::FlushDirty() {
  for (size_t i = 0; i < dirty_.size(); ++i) {
    dirty_[i]->in_dirty = false;
    dirty_[i]->Flush();
  }
  dirty_.clear();
}

void IoThread::ServeReady() {
  if (ready_.empty()) return;
  serving_.swap(ready_);
  for (Connection* connection : serving_) {
    connection->in_ready = false;
    connection->Resume();
  }
  serving_.clear();
}

// Connections die at the end of the turn: lists of this turn may still name them.
void IoThread::Bury(Connection* connection) {
  (connection->all_previous ? connection->all_previous->all_next : all_) = connection->all_next;
  if (connection->all_next != nullptr) connection->all_next->all_previous = connection->all_previous;
  counters_.connections_open.Subtract();
  graveyard_.push_back(connection);
  if (!accepting_ && !stopping_) wheel_.Arm(&accept_timer_, now_ms_);
}

void IoThread::EmptyGraveyard() {
  proxy_.EmptyGraveyard();
  verifier_.EmptyGraveyard();
  if (graveyard_.empty()) return;
  const auto dead = [](const Connection* connection) { return connection->closed(); };
  std::erase_if(ready_, dead);
  std::erase_if(dirty_, dead);
  for (Connection* connection : graveyard_) delete connection;
  graveyard_.clear();
}

// ---- accepting ------------------------------------------------------------------------------------------------------

// True when more may wait.
bool IoThread::AcceptFrom(ListenerSource& source) {
  for (int i = 0; i < kAcceptsPerTurn && accepting_; ++i) {
    if (counters_.connections_open.Read() >= options().limits.connections) {
      PauseAccepting();
      return false;
    }
    int fd = -1;
    sockaddr_storage peer{};
    switch (net::Accept(source.fd(), &fd, &peer)) {
      case net::AcceptStatus::kAccepted:
        AddConnection(base::UniqueFd(fd), peer, source.listening());
        if (Reserve().IsReached(fd)) [[unlikely]] PauseAccepting();
        break;
      case net::AcceptStatus::kRetry: break;
      case net::AcceptStatus::kDrained: return false;
      case net::AcceptStatus::kExhausted: PauseAccepting(); return false;
      case net::AcceptStatus::kBroken: loop_.SetEnabled(source.fd(), &source, false); return false;
    }
  }
  return accepting_;
}

void IoThread::AddConnection(base::UniqueFd fd, const sockaddr_storage& peer, const Listening& listening) {
  std::unique_ptr<AddressSlot> slot;
  if (options().gate != nullptr && !CountAddress(peer, &slot)) [[unlikely]] return counters_.connections_refused.Add();
  const int raw = fd.get();
  auto connection = std::make_unique<Connection>(*this, std::move(fd), peer, listening);
  if (!loop_.AddReading(raw, connection.get())) {
    wheel_.Cancel(&connection->timer_);
    return;
  }
  connection->address_slot_ = std::move(slot);
  Link(std::move(connection));
  counters_.connections_accepted.Add();
}

// Into the list of all connections.
Connection* IoThread::Link(std::unique_ptr<Connection> connection) {
  connection->all_next = all_;
  if (all_ != nullptr) all_->all_previous = connection.get();
  all_ = connection.release();
  counters_.connections_open.Add();
  return all_;
}

void IoThread::RequestWithoutClient(const queue::PeerAddress& peer, bool encrypted, std::string_view head,
                                    std::unique_ptr<AnswerTap> tap) {
  base::UniqueFd fd(::eventfd(0, EFD_CLOEXEC));
  if (!fd.valid()) return;
  tap_ = std::move(tap);
  Link(std::make_unique<Connection>(*this, std::move(fd), peer, encrypted))->Ask(head);
  tap_.reset();
}

void IoThread::GiveTap(Exchange* exchange) {
  if (tap_ == nullptr) return;
  exchange->stages = std::make_unique<AnswerStages>();
  exchange->stages->tap = std::move(tap_);
}

// False: its address has as many connections as allowed, or has opened too many in a short time. Trusted proxies speak for many clients and are not counted.
bool IoThread::CountAddress(const sockaddr_storage& peer, std::unique_ptr<AddressSlot>* slot) {
  const base::IpAddress address = queue::ToIpAddress(queue::FromSocketAddress(peer));
  if (address.family == 0 || options().trusted.Contains(address)) return true;
  return options().gate->AdmitConnection(address, now_ns(), slot);
}

// Level-triggered listeners would spin while nothing can be accepted: they rest, what waits stays in the backlog.
void IoThread::PauseAccepting() {
  accepting_ = false;
  counters_.accept_pauses.Add();
  for (auto& listener : listeners_) loop_.SetEnabled(listener->fd(), listener.get(), false);
  router_->files().Clear();  // descriptors of files that nobody reads now
  wheel_.Arm(&accept_timer_, now_ms_ + kAcceptPauseMs);
}

// What the kernel refuses to watch again now is tried again after another rest.
void IoThread::ResumeAccepting() {
  if (stopping_) return;
  if (!Reserve().HasRoom(loop_.descriptor())) {
    counters_.accept_pauses.Add();
    wheel_.Arm(&accept_timer_, now_ms_ + kAcceptPauseMs);
    return;
  }
  accepting_ = true;
  bool watched = true;
  for (auto& listener : listeners_) watched &= loop_.SetEnabled(listener->fd(), listener.get(), true);
  if (!watched) wheel_.Arm(&accept_timer_, now_ms_ + kAcceptPauseMs);
}

void IoThread::StopAccepting() {
  for (auto& listener : listeners_) CloseSource(*listener);
  listeners_.clear();
  accepting_ = false;
  wheel_.Cancel(&accept_timer_);
}

void IoThread::AddSource(base::UniqueFd fd, const Listening& listening) {
  listeners_.push_back(std::make_unique<ListenerSource>(*this, std::move(fd), listening));
  ListenerSource* source = listeners_.back().get();
  Watch(source->fd(), source);
  if (!accepting_) loop_.SetEnabled(source->fd(), source, false);
}

// Clients in the backlog believe that they are connected: closing the socket would reset them, so they are taken first.
void IoThread::CloseSource(ListenerSource& source) {
  for (int round = 0; round < kDrainRounds && AcceptFrom(source);) ++round;
  loop_.Remove(source.fd(), &source);
}

void IoThread::CloseListener(const Listening& listening) {
  const auto is_it = [&listening](const auto& source) { return &source->listening() == &listening; };
  for (auto& source : listeners_) {
    if (is_it(source)) CloseSource(*source);
  }
  std::erase_if(listeners_, is_it);
}

void IoThread::RunTasks() {
  std::vector<std::function<void()>> tasks;
  {
    const std::lock_guard lock(tasks_mutex_);
    tasks.swap(tasks_);
    has_tasks_.store(false, std::memory_order_relaxed);
  }
  for (const auto& task : tasks) task();
}

void IoThread::BeginStop() {
  begun_grace_ms_ = stop_grace_ms_.load(std::memory_order_relaxed);
  wheel_.Arm(&stop_timer_, now_ms_ + begun_grace_ms_);
  if (stopping_) return;
  StopAccepting();
  stopping_ = true;
  for (Connection* connection = all_; connection != nullptr;) {
    Connection* next = connection->all_next;
    connection->BeginDrain();
    connection = next;
  }
}

// ---- exchanges and the log ------------------------------------------------------------------------------------------

void IoThread::NoteRequest(Exchange* exchange, const http::RequestHead& head, std::string_view head_bytes,
                           const Origin& origin) {
  counters_.requests.Add();
  if (observer_.on()) observer_.Arrived(exchange, head, head_bytes, now_ns());
  if (!log_on_ || !exchange->connection->has_client()) return;
  exchange->log = std::make_unique<LogFacts>();
  LogFacts& facts = *exchange->log;
  facts.arrived_ns = base::MonotonicNs();
  facts.peer = origin.peer;
  facts.method.assign(head_bytes.substr(0, head.method_length));
  const AccessPolicy& policy = options_.log_policy;
  policy.AppendReference(head_bytes.substr(head.target_offset, std::min<size_t>(head.target_length, 2048)), &facts.target);
  const auto value_of = [&](http::FieldId id) -> std::string_view {
    const http::Field* field = head.Find(id);
    return field == nullptr ? std::string_view{}
                            : head_bytes.substr(field->value_offset, std::min<size_t>(field->value_length, 512));
  };
  facts.user_agent.assign(value_of(http::FieldId::kUserAgent));
  policy.AppendReference(value_of(http::FieldId::kReferer), &facts.referer);
  if (options_.log_format != AccessLog::Format::kOwn) return;
  facts.captured = options_.log_own.Capture(FactsOf(*exchange->connection, head, head_bytes, {}, origin), policy);
}

void IoThread::NoteBrokenRequest(Exchange* exchange) {
  counters_.requests.Add();
  if (!log_on_) return;
  exchange->log = std::make_unique<LogFacts>();
  exchange->log->arrived_ns = base::MonotonicNs();
  exchange->log->peer = exchange->connection->peer();
  exchange->log->method.assign(1, '-');
  exchange->log->target.assign(1, '-');
}

void IoThread::NoteDispatch(Exchange* exchange, int worker) {
  if (exchange->log) {
    exchange->log->dispatched_ns = base::MonotonicNs();
    exchange->log->worker = worker;
  }
  if (exchange->arrived_ns != 0) observer_.Dispatched(exchange, worker, now_ns());
}

void IoThread::Abandon(Exchange* exchange) {
  if (exchange->proxied == nullptr) return dispatcher_.Abandon(exchange);
  proxy_.Retire(exchange);
  exchanges_.Destroy(exchange);
}

Exchange* IoThread::TakeBack(Exchange* exchange) {
  if (exchange->proxied == nullptr) return dispatcher_.DetachFromWorker(exchange);
  proxy_.Retire(exchange);
  return exchange;
}

void IoThread::GiveCredit(Exchange* exchange) {
  if (exchange->proxied == nullptr) return dispatcher_.GiveCredit(exchange);
  const uint64_t taken = exchange->credit_owed;
  exchange->credit_owed = 0;
  exchange->proxied->relay().OnTaken(taken);
}

void IoThread::Finish(Exchange* exchange) {
  proxy_.Retire(exchange);
  if (exchange->log) WriteLog(*exchange);
  if (observer_.on()) observer_.Finished(exchange, snapshot_->generation);
  exchanges_.Destroy(exchange);
}

void IoThread::WriteLog(const Exchange& exchange) {
  const LogFacts& facts = *exchange.log;
  const int64_t duration_us = (base::MonotonicNs() - facts.arrived_ns) / 1000;
  const AccessPolicy& policy = options_.log_policy;
  if (!policy.Wants(exchange.status, duration_us, &log_sampled_)) return;
  const base::IpAddress peer = Shown(facts.peer, policy.client);
  AccessRecord record;
  timespec wall{};
  ::clock_gettime(CLOCK_REALTIME, &wall);
  record.wall_ms = static_cast<int64_t>(wall.tv_sec) * 1000 + wall.tv_nsec / 1000000;
  record.peer_family = peer.family;
  record.peer_address = peer.bytes;
  record.peer_hidden = peer.family != facts.peer.family && peer.family == 0;
  record.peer_port = policy.client == base::ClientShown::kFull ? facts.peer.port : 0;
  record.user = facts.user;
  record.method = facts.method;
  record.target = facts.target;
  record.version = exchange.minor_version == 0 ? "1.0" : "1.1";
  record.user_agent = facts.user_agent;
  record.referer = facts.referer;
  record.status = exchange.status;
  record.bytes_sent = exchange.sent_bytes;
  record.duration_us = duration_us;
  record.queue_us = facts.dispatched_ns == 0 ? -1 : (facts.dispatched_ns - facts.arrived_ns) / 1000;
  record.worker = facts.worker;
  record.lane = AnsweredByName(exchange.answered_by);
  record.upstream_status = facts.upstream_status;
  record.upstream_us = facts.upstream_ns < 0 ? -1 : facts.upstream_ns / 1000;
  record.request_id = exchange.request_id;
  log_.Append(log_buffer_, record, facts.captured);
}

}  // namespace fastserve::server
