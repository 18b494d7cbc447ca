// Which bytes of an open file are in the kernel's memory, so that they can be sent without waiting for its disk. The owner's
// I/O thread; ReadPages on any.
//
// DESIGN: a read that must not wait (RWF_NOWAIT) tells: one byte of every kProbeBytes is asked for, which is what the kernel at
// least reads at once. A page between two of them may have gone: that costs the thread one read of the disk. A piece of a file that
// was found whole is trusted for a moment, so that a file that is asked for often pays for the probes once in that time, however
// many clients it goes to. File systems that do not know such reads say so, and all of their files come by way of ReadPages.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "native/net/page_watch.h"

namespace fastserve::files {

class FilePages final : public net::PageWatch {
 public:
  static constexpr uint64_t kProbeBytes = 16384;
  static constexpr uint64_t kPieceBytes = 1 << 20;
  static constexpr int64_t kTrustMs = 1000;

  // Of the `size_bytes` of `fd`. *now_ms is the time of the thread's turn; both outlive this.
  FilePages(int fd, uint64_t size_bytes, const int64_t* now_ms) : fd_(fd), size_bytes_(size_bytes), now_ms_(now_ms) {}

  uint64_t Present(uint64_t offset, uint64_t length) override;

 private:
  // What is asked for alone: a range of this size does not pay for the piece around it.
  static constexpr uint64_t kAloneBytes = 4 * kProbeBytes;
  // Pieces of a large file that are trusted at once; several downloads have their places in it.
  static constexpr size_t kMostTrusted = 64;

  struct Trusted {
    uint64_t piece = UINT64_MAX;
    int64_t until_ms = 0;
  };

  // How many of the bytes from `offset` to `end` are there, counted from the first.
  uint64_t Probe(uint64_t offset, uint64_t end) const;
  Trusted& PlaceOf(uint64_t piece);
  bool Trusts(uint64_t piece);

  const int fd_;
  const uint64_t size_bytes_;
  const int64_t* const now_ms_;
  Trusted first_;                        // the only piece, or the first
  std::unique_ptr<Trusted[]> others_;    // by piece modulo kMostTrusted; made when one of them is probed
};

// Has the kernel read `length` bytes of `fd` from `offset` into its memory; waits for them. Less where the file ends or fails: what
// reads it then finds that out at once.
void ReadPages(int fd, uint64_t offset, uint64_t length);

}  // namespace fastserve::files
