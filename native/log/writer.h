// Lines of the access logs on their way into one file, by a thread of its own.
//
//   I/O thread                              writer thread
//   lines → Buffer ─ Submit (once a turn) ─► waiting ─ swap ─► File::Write
//           no lock, no allocation    short lock, at most kMaxWaitingBytes
//
// DESIGN: a disk or a reader that stands still must never hold a request. What does not fit is dropped, counted, and told
// on stderr once a minute. The writer lets lines gather for kGatherMs, or until half of the room is taken: a busy server
// wakes it ten or twenty times a second and not once a turn of every I/O thread.
#pragma once

#include <pthread.h>

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>

#include "native/log/file.h"

namespace fastserve::log {

class Writer {
 public:
  static constexpr size_t kMaxWaitingBytes = 1 << 20;   // submitted and not written yet
  static constexpr size_t kMaxBufferedBytes = 1 << 16;  // in a buffer: then EndLine submits
  static constexpr int kGatherMs = 100;
  static constexpr int kStopPatienceMs = 1000;
  static constexpr int kWarnEveryMs = 60000;

  // Lines of one I/O thread on their way to Submit. Only that thread touches it.
  class Buffer {
   public:
    // Where the next line is appended, its line feed included.
    std::string* line() { return &bytes_; }

   private:
    friend class Writer;
    std::string bytes_;
    uint64_t line_count_ = 0;
  };

  // An empty `path` is stdout.
  explicit Writer(std::string path) : file_(std::move(path)) {}
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  ~Writer();  // Stops.

  // Opens the file and starts the writer. Once, before anything is submitted, on the thread that will Stop. False with a
  // message for people in *error.
  bool Open(std::string* error);

  // A line was appended to `buffer`. Its thread; no lock, except for a buffer that is full.
  void EndLine(Buffer& buffer);

  // Hands the lines of `buffer` to the writer, or drops them when too much waits already or after Stop. Any thread.
  void Submit(Buffer& buffer);

  // Makes the writer open the path again (after a rotation). What is submitted from now on goes to the new file; what was
  // submitted before, to either. Any thread; does not wait. When it cannot, it says so on stderr and the old file stays.
  void Reopen();

  // As Stop, but does not wait for the end. Any thread.
  void BeginStop();
  // Writes what was submitted and ends the writer. Takes at most about kStopPatienceMs when nobody reads; what is then
  // left is dropped. The thread of Open; harmless when repeated.
  void Stop();

  // Lines that were lost since Open. Any thread.
  uint64_t dropped_lines() const { return dropped_lines_.load(std::memory_order_relaxed); }

 private:
  struct Batch {
    std::string bytes;
    bool reopen = false;
    bool last = false;
  };

  bool StartWriter(std::string* error);
  void RunWriter();
  void TakeBatch(Batch* batch);
  void WriteBatch(const Batch& batch);
  void ReopenFile();
  bool HasPatience();
  void Drop(uint64_t line_count);
  void WarnOfDrops(bool at_once);

  std::atomic<uint64_t> dropped_lines_{0};  // relaxed: a statistic that publishes nothing

  std::mutex mutex_;              // guards the next block
  std::condition_variable work_;  // notified when waiting_ stops being empty or is worth writing, and for the two flags
  std::string waiting_;
  size_t writing_bytes_ = 0;  // taken out of waiting_, not written yet
  bool reopen_ = false;
  bool stop_ = false;
  int64_t give_up_ms_ = 0;  // monotonic; once stop_ is set

  File file_;  // the writer's from here on, while it runs
  int last_error_ = 0;
  uint64_t warned_lines_ = 0;
  int64_t next_warning_ms_ = 0;

  pthread_t writer_{};  // the thread of Open and Stop
  bool running_ = false;
};

}  // namespace fastserve::log
