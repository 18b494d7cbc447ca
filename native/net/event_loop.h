// One epoll loop: the heart of an I/O thread. Everything here runs on the loop's own thread unless a comment says else.
//
// DESIGN: descriptors are registered once, edge-triggered; sources keep their own "readable" and "writable" memory, so a
// request costs no epoll_ctl. A connection that was accepted can be written to, and being told so would wake the loop for
// nothing: writing is watched from the first time that it was blocked. Linux's own; kqueue would be a sibling of
// event_loop_epoll.cc.
#pragma once

#include <cstdint>

#include "native/base/unique_fd.h"

struct epoll_event;

namespace fastserve::net {

// What happened on a descriptor since the last turn. kHangup: RST or both halves closed.
struct Readiness {
  bool readable, writable, peer_closed /* FIN */, hangup;
};

// Something with one descriptor in the loop. The loop never owns it; Remove it before it dies.
class EventSource {
 public:
  // May add and remove any source, itself included, and close descriptors. Must not call Poll.
  virtual void OnReady(Readiness readiness) = 0;

 protected:
  ~EventSource() = default;
};

class EventLoop {
 public:
  // When the kernel has no descriptor left, descriptor() is -1 with errno set, and every Add fails with EBADF.
  EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  // False with errno set when the kernel cannot (ENOMEM, ENOSPC): the caller closes what it wanted to add.
  // `edge` false: level-triggered and reading only (listeners).
  bool Add(int fd, EventSource* source, bool edge = true);
  // As Add, edge-triggered, for reading only.
  bool AddReading(int fd, EventSource* source);
  // Of a source that AddReading has added: tells from now on when it can be written to, at once if it can by now. False when
  // the kernel cannot.
  bool WatchWriting(int fd, EventSource* source);
  // Before `fd` is closed. What is still to be delivered to `source` in this turn is dropped.
  void Remove(int fd, EventSource* source);
  // Level-triggered sources only: stops and restarts delivery (a paused listener).
  bool SetEnabled(int fd, EventSource* source, bool enabled);

  // Waits at most `timeout_ms` (-1: for ever) and delivers. Events of sources that were removed earlier in the same turn
  // are dropped. Returns how many were delivered. A signal ends the wait early with 0: the caller computes its timeout again
  // every turn anyway.
  int Poll(int timeout_ms);

  // The epoll descriptor itself: a host loop may watch it (direct mode).
  int descriptor() const { return epoll_.get(); }

 private:
  static constexpr int kEventsPerTurn = 256;
  void DropPending(const EventSource* source);

  base::UniqueFd epoll_;
  epoll_event* pending_ = nullptr;  // the events of this turn that are still to be delivered, so that Remove can void them
  int pending_count_ = 0;
};

}  // namespace fastserve::net
