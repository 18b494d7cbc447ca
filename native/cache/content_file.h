// The file in memory in which large contents of stored responses lie: sendfile takes them from there without a copy, as it does those
// of files, where memory of the process would be copied into the socket. Any thread.
//
// DESIGN: one descriptor for all of them. Each content gets the next pages behind the last one's, and never pages that another had: a
// file in memory may be as long as it likes, and only pages that were written and not given back exist. So there is nothing to
// allocate. Giving back takes pages out of the file and does not change them: what the kernel still has to send of them stays
// what it was.
//
//   [ content 1 ][ given back ][ content 3 ][ given back ][ content 5 ]──► next_
//
// Invariants: F1 a page belongs to one content and is written once, before anybody else knows the content.
//             F2 a page is no part of a larger one that the kernel manages as a whole, for giving back would blank its bytes there
//                while they are being sent: where transparent huge pages of shared memory are on, there is no such file.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "native/base/unique_fd.h"

namespace fastserve::cache {

class ContentFile {
 public:
  // nullptr where the system has none (no descriptor, memfd_create forbidden, a limit on the size of files, F2).
  static std::shared_ptr<ContentFile> Make();

  // Copies `bytes` into the file; returns where they begin. Nothing when the system has no memory left.
  std::optional<uint64_t> Put(std::string_view bytes);
  // Frees the pages of what Put placed at `offset`.
  void GiveBack(uint64_t offset, size_t size);

  int fd() const { return fd_.get(); }
  // The memory that `size` bytes take there.
  size_t PagesOf(size_t size) const { return (size + page_bytes_ - 1) / page_bytes_ * page_bytes_; }

 private:
  ContentFile(base::UniqueFd fd, size_t page_bytes) : fd_(std::move(fd)), page_bytes_(page_bytes) {}

  const base::UniqueFd fd_;
  const size_t page_bytes_;
  std::atomic<uint64_t> next_{0};  // relaxed: a number that nobody else gets
};

}  // namespace fastserve::cache
