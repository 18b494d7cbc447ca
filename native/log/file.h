// Where log lines go: a file, a FIFO, a device, or stdout. One thread at a time: the main thread opens it, then a writer
// thread has it to itself.
//
// DESIGN: a reader that does not read must not hold the writer thread for ever, and stdout is shared with the whole
// process and must stay as it is (blocking or not). So whatever is no regular file is polled for room, and then written at
// most PIPE_BUF bytes at a time, in whole lines: that neither blocks nor mixes with what others write to the same pipe.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "native/base/unique_fd.h"

namespace fastserve::log {

class File {
 public:
  static constexpr int kAskEveryMs = 100;

  // Asked every kAskEveryMs while there is no room; false gives up.
  using KeepWaiting = std::function<bool()>;

  // An empty path is stdout.
  explicit File(std::string path) : path_(std::move(path)) {}

  // Opens (creates with mode 0640) the file at the path, for appending; again, when it was rotated away. 0 or an errno;
  // on an error what was open stays open. Does nothing for stdout when that is open. Never waits for a FIFO's reader.
  int Open();

  // Writes `lines`, which end with a line feed. Returns how many bytes were taken; when not all, *error is the errno, or
  // ETIMEDOUT when `keep_waiting` gave up. A line cut short by that is ended before the next Write's first one.
  // The thread must block or ignore SIGPIPE.
  size_t Write(std::string_view lines, const KeepWaiting& keep_waiting, int* error);

  // For messages: the path, or "stdout".
  std::string_view name() const { return path_.empty() ? std::string_view("stdout") : std::string_view(path_); }

 private:
  size_t WriteBytes(std::string_view bytes, const KeepWaiting& keep_waiting, int* error);
  bool WaitForRoom(const KeepWaiting& keep_waiting) const;

  std::string path_;
  base::UniqueFd fd_;
  bool is_regular_ = false;
  bool mid_line_ = false;  // the last byte written was not a line feed
};

}  // namespace fastserve::log
