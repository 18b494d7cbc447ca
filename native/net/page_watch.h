// What an output queue asks before it sends from a file, where the thread must not wait for its disk.
#pragma once

#include <cstdint>

namespace fastserve::net {

class PageWatch {
 public:
  // How many of the `length` > 0 bytes from `offset` can be read without waiting, counted from the first; 0: the disk has to be
  // asked. The owner's thread; never blocks.
  virtual uint64_t Present(uint64_t offset, uint64_t length) = 0;

 protected:
  ~PageWatch() = default;
};

}  // namespace fastserve::net
