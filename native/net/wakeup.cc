// Wakeup over eventfd(2).
#include "native/net/wakeup.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>

namespace fastserve::net {

Wakeup::Wakeup() : fd_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}

void Wakeup::Ring() {
  const uint64_t one = 1;
  // EAGAIN means that the counter is at its maximum: the watcher has a ring to see already.
  [[maybe_unused]] const ssize_t written = ::write(fd_.get(), &one, sizeof one);
}

void Wakeup::Drain() {
  uint64_t rings;
  // EAGAIN means that nobody rang.
  [[maybe_unused]] const ssize_t got = ::read(fd_.get(), &rings, sizeof rings);
}

}  // namespace fastserve::net
