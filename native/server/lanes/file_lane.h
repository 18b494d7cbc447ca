// Requests for files, and answers with files, that wait for a disk. The I/O thread's own; helper threads do the waiting
// (native/files/disk/disk_pool.h).
//
//   Router ──kDisk──► AwaitLook ──► DiskLook::Run ──► Collect: the handler adopts it, and whoever waits for it is routed again
//   Connection::Flush ──kAwaitsPages──► AwaitPages ──► ReadPages ──► Collect: the connection sends on
//
// L1: each look that is under way has one job, however many wait for it, and so has each place in an open file.
// L2: what waits is named by its token or its connection, both of which tell when they go (Drop, Forget): nothing that has gone is
//     called.
// L3: a request is routed again at most kMostWaits times: then it is refused, whatever the disk says.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "native/files/disk/disk_look.h"
#include "native/files/disk/disk_pool.h"
#include "native/net/output_queue.h"
#include "native/net/timer_wheel.h"
#include "native/queue/worker_port.h"

namespace fastserve::server {

class Connection;
class IoThread;
class LookJob;
class PagesJob;
struct Exchange;

// What an application's answer names by X-Accel-Redirect, while the file is looked for.
struct NamedFile {
  std::string target;
  std::string fields;
};

class FileLane {
 public:
  // `disk` outlives it.
  FileLane(IoThread& io, files::DiskPool& disk, queue::IoDoor& door);
  ~FileLane();
  FileLane(const FileLane&) = delete;
  FileLane& operator=(const FileLane&) = delete;

  // The exchange waits until `look` is answered, and is then routed again by `head_bytes`; with `named` that file is sent to the
  // request of that head. Refused with 503 where too much waits already.
  void AwaitLook(Connection& connection, Exchange* exchange, std::string_view head_bytes,
                 std::unique_ptr<files::DiskLook> look, std::unique_ptr<NamedFile> named = nullptr);
  // An exchange that waits ends otherwise.
  void Drop(Exchange* exchange);

  // The connection waits for what is missing at the front of its output: OnPages.
  void AwaitPages(Connection* connection);
  // A connection that waits ends.
  void Forget(Connection* connection);

  // ---- the turn ----
  // What helpers have done.
  void Collect() {
    if (HasWork()) [[unlikely]] SettleAll();
  }
  // Something came since Collect. Call after parking.
  bool HasWork() const { return mailbox_->HasMail(); }
  // The thread's wheel has it when something is due: OnTimer.
  const net::Timer* timer() const { return &timer_; }
  void OnTimer();

  // ---- for the jobs, behind their run ----
  void Settle(LookJob& job);
  void Settle(PagesJob& job);

 private:
  static constexpr int64_t kNever = INT64_MAX;
  static constexpr uint8_t kMostWaits = 16;
  static constexpr uint64_t kReadBytes = 262144;  // at once for one connection
  static constexpr int64_t kRetryMs = 10;         // while other threads fill the line of jobs

  struct Parked {
    std::string look;  // its key
    std::string head;
    std::unique_ptr<NamedFile> named;
    int64_t deadline_ms;
  };
  using Place = std::pair<const net::PageWatch*, uint64_t>;  // a file and an offset
  struct Reading {
    PagesJob* job;
    std::vector<Connection*> waiters;
  };

  bool Submit(std::unique_ptr<files::DiskJob> job);
  void SettleAll();
  void WakeAt(int64_t due_ms);
  void Refuse(Connection& connection, Exchange* exchange);
  void GoOn(uint32_t token);
  void RefuseLate(int64_t now_ms);
  bool Read(Connection* connection, const net::FilePiece& piece);
  void RetryHungry();

  IoThread& io_;
  files::DiskPool& disk_;
  const std::shared_ptr<files::DiskMailbox> mailbox_;
  std::unordered_map<uint32_t, Parked> parked_;                          // by token
  std::unordered_map<std::string, std::vector<uint32_t>> looks_;         // under way, by key: who waits
  std::map<Place, Reading> readings_;                                    // under way
  std::vector<Connection*> hungry_;                                      // the line of jobs had no room for them
  net::Timer timer_;                                                     // armed while something can be late, or is hungry
};

}  // namespace fastserve::server
