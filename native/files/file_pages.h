// Which bytes of an open file are in the kernel's memory, so that they can be sent without waiting for its disk. The owner's
// I/O thread; ReadPages on any.
//
// DESIGN: a read that must not wait (RWF_NOWAIT) tells: one byte of every kProbeBytes is asked for, which is what the kernel at
// least reads at once. A page between two of them may have gone: that costs the thread one read of the disk. A file that was
// found whole is trusted for a moment, so that a file that is asked for often pays for the probes once in that time. File systems
// that do not know such reads say so, and all of their files come by way of ReadPages.
#pragma once

#include <cstdint>

#include "native/net/page_watch.h"

namespace fastserve::files {

class FilePages final : public net::PageWatch {
 public:
  static constexpr uint64_t kProbeBytes = 16384;
  static constexpr uint64_t kMostProbedBytes = 1 << 20;  // at once
  static constexpr int64_t kTrustMs = 1000;

  // Of the `size_bytes` of `fd`. *now_ms is the time of the thread's turn; both outlive this.
  FilePages(int fd, uint64_t size_bytes, const int64_t* now_ms) : fd_(fd), size_bytes_(size_bytes), now_ms_(now_ms) {}

  uint64_t Present(uint64_t offset, uint64_t length) override;

 private:
  const int fd_;
  const uint64_t size_bytes_;
  const int64_t* const now_ms_;
  int64_t whole_until_ms_ = INT64_MIN;  // all of it is taken to be there
};

// Has the kernel read `length` bytes of `fd` from `offset` into its memory; waits for them. Less where the file ends or fails: what
// reads it then finds that out at once.
void ReadPages(int fd, uint64_t offset, uint64_t length);

}  // namespace fastserve::files
