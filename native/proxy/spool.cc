#include "native/proxy/spool.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace fastserve::proxy {

namespace {

constexpr uint64_t kPunchBytes = 4u << 20;

}  // namespace

bool Spool::Append(std::string_view bytes) {
  if (bytes.size() > room()) return false;
  if (!fd_.valid()) {
    const size_t free = memory_bytes_ - std::min(memory_bytes_, memory_.size());
    if (bytes.size() <= free) {
      memory_.append(bytes);
      end_ += bytes.size();
      return true;
    }
    if (!OpenFile()) return false;
  }
  return WriteFile(bytes);
}

bool Spool::OpenFile() {
  const char* directory = std::getenv("TMPDIR");
  if (directory == nullptr || *directory == '\0') directory = "/tmp";
  fd_.Reset(::open(directory, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (!fd_.valid()) fd_.Reset(::memfd_create("fastserve", MFD_CLOEXEC));
  return fd_.valid();
}

bool Spool::WriteFile(std::string_view bytes) {
  uint64_t at = end_ - memory_.size();
  while (!bytes.empty()) {
    const ssize_t put = ::pwrite(fd_.get(), bytes.data(), bytes.size(), static_cast<off_t>(at));
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return false;
    at += static_cast<uint64_t>(put);
    bytes.remove_prefix(static_cast<size_t>(put));
  }
  end_ = at + memory_.size();
  return true;
}

ssize_t Spool::Take(char* into, size_t room) {
  const auto wanted = static_cast<size_t>(std::min<uint64_t>(room, waiting()));
  if (wanted == 0) return 0;
  ssize_t got;
  if (begin_ < memory_.size()) {
    got = static_cast<ssize_t>(std::min<uint64_t>(wanted, memory_.size() - begin_));
    std::memcpy(into, memory_.data() + begin_, static_cast<size_t>(got));
  } else {
    do {
      got = ::pread(fd_.get(), into, wanted, static_cast<off_t>(begin_ - memory_.size()));
    } while (got < 0 && errno == EINTR);
    if (got <= 0) return -1;
  }
  begin_ += static_cast<uint64_t>(got);
  if (begin_ == end_) {
    // Nothing waits: the pages of the file may go.
    if (fd_.valid() && ::ftruncate(fd_.get(), 0) != 0) return -1;
    std::string().swap(memory_);
    begin_ = end_ = punched_ = 0;
  } else {
    GivePagesBack();
  }
  return got;
}

// A stream may never be empty here: what was taken must not stay on the disk.
void Spool::GivePagesBack() {
  if (!fd_.valid() || begin_ < memory_.size() + punched_ + kPunchBytes) return;
  const uint64_t taken = (begin_ - memory_.size()) / kPunchBytes * kPunchBytes;
  ::fallocate(fd_.get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, static_cast<off_t>(punched_),
              static_cast<off_t>(taken - punched_));
  punched_ = taken;
}

}  // namespace fastserve::proxy
