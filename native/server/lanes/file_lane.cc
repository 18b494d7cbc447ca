#include "native/server/lanes/file_lane.h"

#include <fcntl.h>

#include <algorithm>
#include <atomic>

#include "native/files/representation/file_pages.h"
#include "native/http/response/retry_after.h"
#include "native/server/connection/connection.h"
#include "native/server/io_thread.h"

namespace fastserve::server {

// Finds out what a name means. The mounts of its snapshot live as long as it.
class LookJob final : public files::DiskJob {
 public:
  LookJob(FileLane& lane, std::shared_ptr<const std::vector<files::Mount>> mounts, std::unique_ptr<files::DiskLook> look)
      : lane_(lane), mounts_(std::move(mounts)), look_(std::move(look)) {}
  void Run() override { look_->Run(); }
  void Settle() override { lane_.Settle(*this); }
  const std::shared_ptr<const std::vector<files::Mount>>& mounts() const { return mounts_; }
  std::unique_ptr<files::DiskLook>& look() { return look_; }

 private:
  FileLane& lane_;
  const std::shared_ptr<const std::vector<files::Mount>> mounts_;
  std::unique_ptr<files::DiskLook> look_;
};

// Reads a piece of an open file, by a descriptor of its own.
class PagesJob final : public files::DiskJob {
 public:
  PagesJob(FileLane& lane, base::UniqueFd fd, const net::FilePiece& piece) : lane_(lane), fd_(std::move(fd)), piece_(piece) {}
  void Run() override {
    if (wanted_.load(std::memory_order_relaxed)) files::ReadPages(fd_.get(), piece_.offset, piece_.length);
  }
  void Settle() override { lane_.Settle(*this); }
  // Nobody waits for it any more: where it has not begun, it need not.
  void Cancel() { wanted_.store(false, std::memory_order_relaxed); }
  bool wanted() const { return wanted_.load(std::memory_order_relaxed); }
  const net::FilePiece& piece() const { return piece_; }

 private:
  FileLane& lane_;
  const base::UniqueFd fd_;
  const net::FilePiece piece_;
  std::atomic<bool> wanted_{true};  // relaxed: a hint
};

FileLane::FileLane(IoThread& io, files::DiskPool& disk, queue::IoDoor& door)
    : io_(io), disk_(disk), mailbox_(std::make_shared<files::DiskMailbox>([&door] {
        if (door.parking.ShouldRing()) door.wakeup.Ring();
      })) {}

FileLane::~FileLane() {
  mailbox_->Close();
  io_.wheel().Cancel(&timer_);
}

bool FileLane::Submit(std::unique_ptr<files::DiskJob> job) { return disk_.Submit(std::move(job), mailbox_); }

// ---- requests -------------------------------------------------------------------------------------------------------

void FileLane::AwaitLook(Connection& connection, Exchange* exchange, std::string_view head_bytes,
                         std::unique_ptr<files::DiskLook> look, std::unique_ptr<NamedFile> named) {
  const int64_t now_ms = io_.now_ms();
  std::string key = look->Key();
  auto found = looks_.find(key);
  if (exchange->disk_waits == kMostWaits) return Refuse(connection, exchange);  // L3
  if (found == looks_.end()) {
    if (!Submit(std::make_unique<LookJob>(*this, io_.snapshot()->mounts, std::move(look)))) return Refuse(connection, exchange);
    found = looks_.emplace(key, std::vector<uint32_t>()).first;
  }
  found->second.push_back(exchange->token());
  io_.counters().file_waits.Add();
  if (exchange->disk_waits++ == 0) exchange->disk_since_ms = now_ms;
  exchange->awaits_disk = true;
  connection.HoldContent(exchange);
  const int64_t limit_ms = io_.options().timeouts.request_ms;
  int64_t deadline_ms = limit_ms == 0 ? kNever : exchange->disk_since_ms + limit_ms;
  if (exchange->client_deadline_ms != 0) [[unlikely]] deadline_ms = std::min(deadline_ms, exchange->client_deadline_ms);
  if (deadline_ms != kNever) WakeAt(deadline_ms);
  parked_[exchange->token()] = {std::move(key), std::string(head_bytes), std::move(named), deadline_ms};
}

void FileLane::Refuse(Connection& connection, Exchange* exchange) {
  io_.counters().file_refusals.Add();
  connection.SendStatus(exchange, 503, http::kRetryAfterLine);
}

void FileLane::Drop(Exchange* exchange) {
  exchange->awaits_disk = false;
  const auto parked = parked_.find(exchange->token());
  if (parked == parked_.end()) return;
  if (const auto look = looks_.find(parked->second.look); look != looks_.end()) std::erase(look->second, exchange->token());
  parked_.erase(parked);
}

void FileLane::Settle(LookJob& job) {
  // Another configuration's mounts are other ones, of which nothing may stay behind.
  const bool adopts = io_.snapshot()->mounts == job.mounts();
  files::StaticHandler& handler = io_.router().files();
  std::string key = job.look()->Key();
  handler.BeginTurn(io_.now_ns());
  if (adopts && !handler.Adopt(*job.look(), io_.now_ms())) {
    if (Submit(std::make_unique<LookJob>(*this, job.mounts(), std::move(job.look())))) return;
  }
  const auto look = looks_.find(key);
  if (look == looks_.end()) return;
  const std::vector<uint32_t> waiters = std::move(look->second);
  looks_.erase(look);
  for (const uint32_t token : waiters) GoOn(token);
}

void FileLane::GoOn(uint32_t token) {
  const auto found = parked_.find(token);
  if (found == parked_.end()) return;  // an earlier one of these has ended its connection
  const Parked parked = std::move(found->second);
  parked_.erase(found);
  Exchange* exchange = io_.exchanges().Find(token);
  exchange->awaits_disk = false;
  if (parked.named == nullptr) return exchange->connection->RouteAgain(exchange, parked.head);
  io_.router().SendNamedFile(*exchange->connection, exchange, parked.named->target, parked.named->fields, parked.head);
}

void FileLane::RefuseLate(int64_t now_ms) {
  std::vector<uint32_t> late;
  for (const auto& [token, parked] : parked_) {
    if (parked.deadline_ms <= now_ms) late.push_back(token);
    else if (parked.deadline_ms != kNever) WakeAt(parked.deadline_ms);
  }
  for (const uint32_t token : late) {
    Exchange* exchange = io_.exchanges().Find(token);
    if (exchange == nullptr) continue;  // an earlier one of these has ended its connection
    Drop(exchange);
    if (exchange->is_past_deadline(now_ms)) exchange->connection->AnswerLate(exchange);
    else Refuse(*exchange->connection, exchange);
  }
}

// ---- answers --------------------------------------------------------------------------------------------------------

void FileLane::AwaitPages(Connection* connection) {
  net::FilePiece piece = connection->AwaitedPages();
  piece.length = std::min(piece.length, kReadBytes);
  io_.counters().file_waits.Add();
  if (Read(connection, piece)) return;
  hungry_.push_back(connection);
  WakeAt(io_.now_ms() + kRetryMs);
}

// False: there is no room for another job.
bool FileLane::Read(Connection* connection, const net::FilePiece& piece) {
  const Place place{piece.pages, piece.offset};
  if (const auto found = readings_.find(place); found != readings_.end()) {
    found->second.waiters.push_back(connection);
    return true;
  }
  base::UniqueFd fd(::fcntl(piece.fd, F_DUPFD_CLOEXEC, 0));
  if (!fd.valid()) return false;
  auto job = std::make_unique<PagesJob>(*this, std::move(fd), piece);
  PagesJob* const submitted = job.get();
  if (!Submit(std::move(job))) return false;
  readings_[place] = {submitted, {connection}};
  return true;
}

// The place may be another file's by now, once its last reader has gone: then the job was cancelled.
void FileLane::Settle(PagesJob& job) {
  if (!job.wanted()) return;
  const auto found = readings_.find({job.piece().pages, job.piece().offset});
  const std::vector<Connection*> waiters = std::move(found->second.waiters);
  readings_.erase(found);
  for (Connection* connection : waiters) connection->OnPages(job.piece());
}

void FileLane::Forget(Connection* connection) {
  std::erase(hungry_, connection);
  for (auto reading = readings_.begin(); reading != readings_.end(); ++reading) {
    if (std::erase(reading->second.waiters, connection) == 0) continue;
    if (!reading->second.waiters.empty()) return;
    reading->second.job->Cancel();
    readings_.erase(reading);
    return;
  }
}

void FileLane::RetryHungry() {
  const std::vector<Connection*> hungry = std::exchange(hungry_, {});
  for (Connection* connection : hungry) connection->OnPages({});
}

// ---- the turn -------------------------------------------------------------------------------------------------------

void FileLane::SettleAll() {
  for (const auto& job : mailbox_->Take()) job->Settle();
  RetryHungry();
}

void FileLane::WakeAt(int64_t due_ms) {
  if (!timer_.armed() || timer_.deadline_ms > due_ms) io_.wheel().Arm(&timer_, due_ms);
}

void FileLane::OnTimer() {
  RetryHungry();
  RefuseLate(io_.now_ms());
}

}  // namespace fastserve::server
