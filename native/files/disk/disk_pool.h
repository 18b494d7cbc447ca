// Threads that wait for disks, so that I/O threads do not: few, with a line of jobs that is bounded. Shared by the I/O threads of a
// server.
//
//   I/O thread                                helper thread (fs-disk)
//   Submit ─ short lock ─► jobs ────────────► Run, as long as the disk takes
//   Take  ◄─ short lock ── DiskMailbox ◄───── Put, rings the thread's door
//
// DESIGN: a disk that hangs cannot be interrupted. Stop waits a moment for the jobs that run and leaves threads whose disk does not
// answer to themselves: what they touch is theirs or shared (the state here, the job, its mailbox), so everything else may end.
//
// Invariants: P1 a job is in one place at a time: the line, a helper thread, a mailbox, or destroyed.
//             P2 at most `queue` jobs wait; the line is never longer.
//             P3 nothing is put into a mailbox that is closed: its jobs are destroyed where they ended.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace fastserve::files {

class DiskJob {
 public:
  virtual ~DiskJob() = default;  // any thread
  // On a helper thread; may wait for a disk for as long as it takes.
  virtual void Run() = 0;
  // Behind Run, on the thread whose mailbox it came by.
  virtual void Settle() = 0;
};

// Where one thread gets its jobs back.
class DiskMailbox {
 public:
  // `ring` wakes the thread if it sleeps; on helper threads, until Close.
  explicit DiskMailbox(std::function<void()> ring) : ring_(std::move(ring)) {}

  // ---- the thread ----
  // Call after parking: something came since Take.
  bool HasMail() const { return has_mail_.load(std::memory_order_seq_cst); }
  std::vector<std::unique_ptr<DiskJob>> Take();
  void Close();

  // ---- helper threads ----
  void Put(std::unique_ptr<DiskJob> job);

 private:
  std::atomic<bool> has_mail_{false};  // seq_cst: with parking the Dekker pair of native/queue/parking.h
  std::mutex mutex_;                   // guards the next block
  std::function<void()> ring_;
  std::vector<std::unique_ptr<DiskJob>> jobs_;
  bool closed_ = false;
};

class DiskPool {
 public:
  // `threads` 0: there is no pool, and whoever would use it waits for disks himself.
  DiskPool(uint32_t threads, uint32_t queue);
  DiskPool(const DiskPool&) = delete;
  DiskPool& operator=(const DiskPool&) = delete;
  ~DiskPool();  // Stops.

  bool on() const { return thread_count_ > 0; }

  // ---- the thread that made it ----
  // Starts the threads; harmless when they run. False when the system has none left: then none runs.
  [[nodiscard]] bool Start();
  // Drops what waits, and ends the threads that are not held up for longer than kStopMs. Harmless when repeated.
  void Stop();

  // ---- any thread ----
  // Has `job` run and put into `mailbox`. False, and the job is destroyed: too many wait, or no thread runs.
  bool Submit(std::unique_ptr<DiskJob> job, std::shared_ptr<DiskMailbox> mailbox);

 private:
  static constexpr int64_t kStopMs = 200;
  struct State;
  struct Helper {
    std::thread thread;
    std::shared_ptr<std::atomic<bool>> ended;  // release with acquire: its last word
  };
  static void Work(const std::shared_ptr<State>& state, const std::shared_ptr<std::atomic<bool>>& ended);

  const uint32_t thread_count_;
  const std::shared_ptr<State> state_;
  std::vector<Helper> helpers_;
};

}  // namespace fastserve::files
