// EventLoop over epoll(7). The loop's own thread.
#include <errno.h>
#include <sys/epoll.h>

#include "native/base/check.h"
#include "native/net/event_loop.h"

namespace fastserve::net {
namespace {

constexpr uint32_t kReadingEvents = EPOLLIN | EPOLLRDHUP | EPOLLET;
constexpr uint32_t kEdgeEvents = kReadingEvents | EPOLLOUT;
constexpr uint32_t kLevelEvents = EPOLLIN;

// An error or a hangup makes both directions ready: the next read or write reports it with its errno.
Readiness FromEpoll(uint32_t events) {
  const bool hangup = events & (EPOLLHUP | EPOLLERR);
  return {.readable = hangup || (events & (EPOLLIN | EPOLLRDHUP)),
          .writable = hangup || (events & EPOLLOUT),
          .peer_closed = hangup || (events & EPOLLRDHUP),
          .hangup = hangup};
}

}  // namespace

EventLoop::EventLoop() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {}

bool EventLoop::Add(int fd, EventSource* source, bool edge) {
  epoll_event event{.events = edge ? kEdgeEvents : kLevelEvents, .data = {.ptr = source}};
  return ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) == 0;
}

bool EventLoop::AddReading(int fd, EventSource* source) {
  epoll_event event{.events = kReadingEvents, .data = {.ptr = source}};
  return ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) == 0;
}

bool EventLoop::WatchWriting(int fd, EventSource* source) {
  epoll_event event{.events = kEdgeEvents, .data = {.ptr = source}};
  return ::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, fd, &event) == 0;
}

void EventLoop::Remove(int fd, EventSource* source) {
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
  DropPending(source);
}

bool EventLoop::SetEnabled(int fd, EventSource* source, bool enabled) {
  // Modified, not removed: this cannot fail for want of memory when the listener has to come back.
  epoll_event event{.events = enabled ? kLevelEvents : 0, .data = {.ptr = source}};
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, fd, &event) != 0) return false;
  if (!enabled) DropPending(source);
  return true;
}

void EventLoop::DropPending(const EventSource* source) {
  for (int i = 0; i < pending_count_; ++i) {
    if (pending_[i].data.ptr == source) pending_[i].data.ptr = nullptr;
  }
}

int EventLoop::Poll(int timeout_ms) {
  FASTSERVE_CHECK(pending_ == nullptr, "Poll inside OnReady");
  epoll_event events[kEventsPerTurn];
  const int count = ::epoll_wait(epoll_.get(), events, kEventsPerTurn, timeout_ms);
  if (count < 0) {
    FASTSERVE_CHECK(errno == EINTR, "epoll_wait on a broken descriptor");
    return 0;
  }
  int delivered = 0;
  for (int i = 0; i < count; ++i) {
    pending_ = events + i + 1;
    pending_count_ = count - i - 1;
    auto* source = static_cast<EventSource*>(events[i].data.ptr);
    if (source == nullptr) continue;
    source->OnReady(FromEpoll(events[i].events));
    ++delivered;
  }
  pending_ = nullptr;
  pending_count_ = 0;
  return delivered;
}

}  // namespace fastserve::net
