#include "native/server/io_thread.h"

#include <algorithm>

#include "native/base/clock.h"

namespace fastserve::server {

namespace {

// The loop wakes at least this often while the log holds lines that were not handed on.
constexpr int64_t kMaxSleepMs = 60000;

}  // namespace

IoThread::IoThread(const ServerOptions& options, uint32_t index, std::vector<base::UniqueFd> listeners,
                   const std::vector<std::unique_ptr<Listening>>& listening, queue::IoDoor& door,
                   const std::vector<queue::WorkerSlot*>& slots, log::AccessLog& log, Readiness& readiness,
                   Observations& observations, Quarantine& quarantine, RateCounts& rate_counts, cache::Store* store,
                   compress::VariantMaker& maker, files::DiskPool& disk)
    : options_(options),
      settings_(&options),
      door_(door),
      readiness_(readiness),
      observer_(options.observe, observations),
      request_log_(*this, log),
      disguise_(options.disguise),
      wheel_(base::MonotonicMs()),
      dispatcher_(*this, slots, index, quarantine),
      proxy_(*this, options.upstreams, options.proxy, options.proxy_caches, index == 0),
      file_lane_(*this, disk, door),
      router_(std::make_unique<Router>(*this, !disk.on())),
      cached_answers_(*this, store, maker, door),
      verifier_(*this),
      rate_counts_(rate_counts),
      door_source_(door),
      now_ns_(base::MonotonicNs()),
      now_ms_(now_ns_ / 1000000),
      wall_seconds_(base::WallSeconds()) {
  adds_fields_ = AddsFields();
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

void IoThread::Post(std::function<void()> task) {
  {
    const std::lock_guard lock(tasks_mutex_);
    tasks_.push_back(std::move(task));
    has_tasks_.store(true, std::memory_order_release);
  }
  door_.wakeup.Ring();
}

void IoThread::Run() {
  while (!finished()) {
    int timeout = NextTimeoutMs();
    if (timeout != 0) {
      door_.parking.Park();
      if (dispatcher_.HasWork() || cached_answers_.HasWork() || file_lane_.HasWork()) timeout = 0;
    }
    PollOnce(timeout);
    FinishTurn();
  }
  CountDrained();
  request_log_.Submit();
}

// What was under way at the stop, and what came on open connections after it. Requests whose clients left are still in workers, and no success.
void IoThread::CountDrained() {
  const uint64_t all = under_way_at_stop_ + counters_.requests.Read() - requests_at_stop_;
  const uint64_t unended = std::max<uint64_t>(counters_.stop_cut.Read(), exchanges_.live_count());
  counters_.stop_drained.Add(all - std::min(all, unended));
}

int IoThread::NextTimeoutMs() {
  if (!ready_.empty() || proxy_.has_ready()) return 0;
  int64_t timeout = wheel_.NextDelayMs(now_ms_);
  for (const int64_t deadline : {dispatcher_.NextDeadlineMs(now_ms_), dispatcher_.NextLookMs(), cached_answers_.NextDeadlineMs(now_ms_)}) {
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
      counters_.stop_cut.Add(exchanges_.live_count());
      while (all_ != nullptr) all_->Abort();
      return;
    }
    if (timer == file_lane_.timer()) return file_lane_.OnTimer();
    if (timer->kind == proxy::kTimerKind) return static_cast<proxy::Timed*>(timer->owner)->OnTimer();
    static_cast<Connection*>(timer->owner)->OnTimer();
  });
  dispatcher_.WatchWorkers(now_ms_);
  dispatcher_.Collect();
  router_->files().SetNow(now_ms_);
  file_lane_.Collect();
  cached_answers_.Collect(now_ms_);
  verifier_.AskViews();
  dispatcher_.EnforceDeadlines(now_ms_);
  dispatcher_.Pump();
  dispatcher_.PublishAndWake();
  proxy_.SendRequests();
  FlushDirty();
  dispatcher_.PublishAndWake();  // credits and cancellations that sending gave rise to
  EmptyGraveyard();
  observer_.EndTurn();
  if (request_log_.on()) request_log_.Submit();
  // Nothing of a turn keeps a view into a snapshot: older ones may go. release: pairs with settled_serial.
  settled_serial_.store(snapshot_->serial, std::memory_order_release);
}

// The caches of files know mounts by address: those of a snapshot that goes must not stay behind.
void IoThread::TakeSnapshot(const Snapshot* snapshot) {
  const bool other_mounts = snapshot_ != nullptr && snapshot_->mounts != snapshot->mounts;
  snapshot_ = snapshot;
  settings_ = snapshot->options.get();
  adds_fields_ = AddsFields();
  if (other_mounts) router_->files().Clear();
}

bool IoThread::AddsFields() const {
  return settings_->head_policy.on() || !settings_->hsts_line.empty() || settings_->observe.server_timing ||
         (snapshot_ != nullptr && snapshot_->front.adds_fields());
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
  under_way_at_stop_ = exchanges_.live_count();
  requests_at_stop_ = counters_.requests.Read();
  StopAccepting();
  stopping_ = true;
  for (Connection* connection = all_; connection != nullptr;) {
    Connection* next = connection->all_next;
    connection->BeginDrain();
    connection = next;
  }
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

}  // namespace fastserve::server
