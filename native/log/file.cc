// File over open(2), poll(2) and write(2).
#include "native/log/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

namespace fastserve::log {
namespace {

base::UniqueFd OpenPath(const std::string& path) {
  constexpr int kFlags = O_APPEND | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | kFlags, 0640);
  // ENXIO: a FIFO that nobody has open for reading. Opened for both, it keeps what fits until somebody comes (fifo(7)).
  return base::UniqueFd(fd < 0 && errno == ENXIO ? ::open(path.c_str(), O_RDWR | kFlags) : fd);
}

// As many whole lines from the front of `bytes` as PIPE_BUF holds; PIPE_BUF bytes when the first one is longer.
size_t LengthOfWholeLines(std::string_view bytes) {
  if (bytes.size() <= PIPE_BUF) return bytes.size();
  const size_t last = bytes.rfind('\n', PIPE_BUF - 1);
  return last == std::string_view::npos ? PIPE_BUF : last + 1;
}

}  // namespace

int File::Open() {
  if (path_.empty() && fd_.valid()) return 0;
  base::UniqueFd fd = path_.empty() ? base::UniqueFd(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)) : OpenPath(path_);
  struct stat status;
  if (!fd.valid() || ::fstat(fd.get(), &status) != 0) return errno;
  fd_ = std::move(fd);
  is_regular_ = S_ISREG(status.st_mode);
  mid_line_ = false;
  return 0;
}

size_t File::Write(std::string_view lines, const KeepWaiting& keep_waiting, int* error) {
  if (mid_line_ && WriteBytes("\n", keep_waiting, error) == 0) return 0;
  return WriteBytes(lines, keep_waiting, error);
}

size_t File::WriteBytes(std::string_view bytes, const KeepWaiting& keep_waiting, int* error) {
  size_t done = 0;
  while (done < bytes.size()) {
    if (!is_regular_ && !WaitForRoom(keep_waiting)) {
      *error = ETIMEDOUT;
      break;
    }
    const std::string_view rest = bytes.substr(done);
    const ssize_t written = ::write(fd_.get(), rest.data(), is_regular_ ? rest.size() : LengthOfWholeLines(rest));
    if (written < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (written < 0) {
      *error = errno;
      break;
    }
    done += static_cast<size_t>(written);
    mid_line_ = bytes[done - 1] != '\n';
  }
  return done;
}

bool File::WaitForRoom(const KeepWaiting& keep_waiting) const {
  for (;;) {
    pollfd watched{fd_.get(), POLLOUT, 0};
    const int ready = ::poll(&watched, 1, kAskEveryMs);
    if (ready > 0) return true;  // an error too: write reports which
    if (!keep_waiting()) return false;
  }
}

}  // namespace fastserve::log
