// An eventfd that one side rings and another watches. Ring() from any thread.
#pragma once

#include "native/base/unique_fd.h"

namespace fastserve::net {

class Wakeup {
 public:
  Wakeup();  // fd() is -1 with errno set when the kernel has no descriptor left
  int fd() const { return fd_.get(); }
  void Ring();   // never blocks, never fails: a saturated counter is a ring too
  void Drain();  // resets the counter; the watching thread

 private:
  base::UniqueFd fd_;
};

}  // namespace fastserve::net
