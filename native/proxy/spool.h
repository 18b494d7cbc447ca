// Content that waits for a slower side: in memory first, then in a file without a name. The I/O thread.
//
// DESIGN: a file of O_TMPFILE in the directory for temporary files, or of memfd where that has none: its pages are the
// kernel's, so it neither counts as this process's memory nor outlives it. Reading and writing it is copying to and from the
// page cache; it is never waited for on purpose.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "native/base/unique_fd.h"

namespace fastserve::proxy {

class Spool {
 public:
  // `memory_bytes` stay in memory, `most_bytes` is the most that may wait at once.
  Spool(size_t memory_bytes, uint64_t most_bytes) : memory_bytes_(memory_bytes), most_bytes_(most_bytes) {}

  // False when there is no room, or no file: nothing was taken then.
  bool Append(std::string_view bytes);
  // Bytes that could be appended.
  uint64_t room() const { return most_bytes_ - waiting(); }
  // Appended and not yet taken.
  uint64_t waiting() const { return end_ - begin_; }

  // Takes up to `room` bytes from the front into `into`. -1: the file could not be read.
  ssize_t Take(char* into, size_t room);

  // All that was appended, for content that is sent from here, perhaps more than once: the part in memory, and the file
  // (-1: none) with the length of the rest. Not together with Take.
  std::string_view memory() const { return memory_; }
  int fd() const { return fd_.get(); }
  uint64_t file_bytes() const { return end_ - memory_.size(); }

 private:
  bool OpenFile();
  bool WriteFile(std::string_view bytes);
  void GivePagesBack();

  const size_t memory_bytes_;
  const uint64_t most_bytes_;
  std::string memory_;      // bytes [0, memory_.size())
  base::UniqueFd fd_;       // the bytes behind those
  uint64_t begin_ = 0;      // taken
  uint64_t punched_ = 0;    // bytes of the file whose pages were given back
  uint64_t end_ = 0;        // appended
};

}  // namespace fastserve::proxy
