// Writer: hand-over of lines, the writer thread, and what it says when lines are lost.
#include "native/log/writer.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <system_error>
#include <utility>

#include "native/base/clock.h"

namespace fastserve::log {
namespace {

// Worth writing before the gathering time is over.
constexpr size_t kWorthWritingBytes = Writer::kMaxWaitingBytes / 2;

// strerror is not safe with threads.
std::string ErrorText(int error) { return std::system_category().message(error); }

uint64_t CountLines(std::string_view bytes) { return static_cast<uint64_t>(std::count(bytes.begin(), bytes.end(), '\n')); }

// One line on stderr, unless that has no room: it may be the very pipe that nobody reads.
void Warn(std::string line) {
  line.insert(0, "fastserve: access log ");
  line.push_back('\n');
  pollfd watched{STDERR_FILENO, POLLOUT, 0};
  if (::poll(&watched, 1, 0) != 1) return;
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace

Writer::~Writer() { Stop(); }

bool Writer::Open(std::string* error) {
  if (const int failure = file_.Open()) {
    *error = "cannot open the access log " + std::string(file_.name()) + ": " + ErrorText(failure);
    return false;
  }
  return StartWriter(error);
}

bool Writer::StartWriter(std::string* error) {
  // Signals are the host's business, and SIGPIPE is an errno here. The new thread inherits the mask.
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  const int failure = ::pthread_create(
      &writer_, nullptr,
      [](void* log) -> void* {
        static_cast<Writer*>(log)->RunWriter();
        return nullptr;
      },
      this);
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (failure != 0) {
    *error = "cannot start the thread of the access log: " + ErrorText(failure);
    return false;
  }
  running_ = true;
  return true;
}

void Writer::EndLine(Buffer& buffer) {
  ++buffer.line_count_;
  if (buffer.bytes_.size() >= kMaxBufferedBytes) Submit(buffer);
}

void Writer::Submit(Buffer& buffer) {
  if (buffer.bytes_.empty()) return;
  bool taken = false;
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    const size_t before = waiting_.size();
    const size_t after = before + buffer.bytes_.size();
    if (!stop_ && after + writing_bytes_ <= kMaxWaitingBytes) {
      waiting_.append(buffer.bytes_);
      taken = true;
      wake = before == 0 || (before < kWorthWritingBytes && after >= kWorthWritingBytes);
    }
  }
  if (wake) work_.notify_one();
  if (!taken) Drop(buffer.line_count_);
  buffer.bytes_.clear();
  buffer.line_count_ = 0;
}

void Writer::Reopen() {
  {
    const std::lock_guard lock(mutex_);
    reopen_ = true;
  }
  work_.notify_one();
}

void Writer::BeginStop() {
  {
    const std::lock_guard lock(mutex_);
    if (stop_) return;
    stop_ = true;
    give_up_ms_ = base::MonotonicMs() + kStopPatienceMs;
  }
  work_.notify_one();
}

void Writer::Stop() {
  if (!running_) return;
  BeginStop();
  ::pthread_join(writer_, nullptr);
  running_ = false;
}

void Writer::RunWriter() {
  ::pthread_setname_np(::pthread_self(), "fs-access-log");
  Batch batch;
  do {
    TakeBatch(&batch);
    if (batch.reopen) ReopenFile();
    WriteBatch(batch);
  } while (!batch.last);
  WarnOfDrops(true);
}

// Waits for something to do. After `last` nothing more can be submitted.
void Writer::TakeBatch(Batch* batch) {
  batch->bytes.clear();
  std::unique_lock lock(mutex_);
  writing_bytes_ = 0;
  work_.wait(lock, [this] { return !waiting_.empty() || reopen_ || stop_; });
  work_.wait_for(lock, std::chrono::milliseconds(kGatherMs),
                 [this] { return waiting_.size() >= kWorthWritingBytes || reopen_ || stop_; });
  // Both under one lock: a line submitted after Reopen is in this batch only if the reopening is, too.
  std::swap(batch->bytes, waiting_);
  batch->reopen = std::exchange(reopen_, false);
  batch->last = stop_;
  writing_bytes_ = batch->bytes.size();
}

void Writer::WriteBatch(const Batch& batch) {
  int error = 0;
  const size_t written = file_.Write(batch.bytes, [this] { return HasPatience(); }, &error);
  if (written < batch.bytes.size()) {
    last_error_ = error;
    Drop(CountLines(std::string_view(batch.bytes).substr(written)));
  }
  WarnOfDrops(false);
}

void Writer::ReopenFile() {
  const int failure = file_.Open();
  if (failure != 0) Warn("cannot reopen " + std::string(file_.name()) + ", the old file goes on: " + ErrorText(failure));
}

// Asked while the reader stands still.
bool Writer::HasPatience() {
  WarnOfDrops(false);
  const std::lock_guard lock(mutex_);
  return !stop_ || base::MonotonicMs() < give_up_ms_;
}

void Writer::Drop(uint64_t line_count) { dropped_lines_.fetch_add(line_count, std::memory_order_relaxed); }

// The writer's: tells of lines lost since the last time, once in kWarnEveryMs.
void Writer::WarnOfDrops(bool at_once) {
  const uint64_t dropped = dropped_lines();
  const int64_t now_ms = base::MonotonicMs();
  if (dropped == warned_lines_ || (!at_once && now_ms < next_warning_ms_)) return;
  const bool too_slow = last_error_ == 0 || last_error_ == ETIMEDOUT;
  Warn(std::string(file_.name()) + ": " + std::to_string(dropped - warned_lines_) + " lines were dropped: " +
       (too_slow ? std::string("it does not take them as fast as they come") : ErrorText(last_error_)));
  warned_lines_ = dropped;
  next_warning_ms_ = now_ms + kWarnEveryMs;
  last_error_ = 0;
}

}  // namespace fastserve::log
