// What the kernel buffers of a download on its way to a client that takes more than it gives by itself. The owner's I/O thread.
//
// DESIGN: Linux lets the send buffer of a socket grow with what its client takes, up to the third figure of net.ipv4.tcp_wmem. A client
// for whom it has grown to megabytes is faster than we refill, and every refill meets the acknowledgements of the last one: with more
// room there are fewer and larger ones. Files are sent out of the kernel's own pages, so that room is a promise and no memory of
// ours; it counts against net.ipv4.tcp_mem all the same, which is why few sockets have it at once, and none from the start: a buffer
// that was asked for no longer shrinks when memory is short. net.core.wmem_max says how much may be asked for: with the kernel's
// default, nothing.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace fastserve::net {

class SendRoom {
 public:
  static constexpr int kGrownBytes = 2 << 20;
  static constexpr int kWideBytes = 8 << 20;
  static constexpr size_t kMostSockets = 32;

  // In bytes, as the kernel counts them for a socket (SO_SNDBUF, socket(7)).
  struct Limits {
    int grown = 0;  // from which size on a client is fast
    int asked = 0;  // how much may be asked for
    int pace = 1 << 20;  // how much a client takes who keeps the pace
  };

  SendRoom() = default;  // the system's limits, read when they are first needed
  explicit SendRoom(const Limits& limits) : limits_(limits) {}

  // More room for `socket`, where its buffer has grown by itself; true: until Narrow or Forget. False: not now.
  bool Widen(int socket);
  // Of a socket that has room: its buffer was filled just now.
  void NoteFull(int socket);
  // Of a socket that has room: whether its client has taken as much since NoteFull, or since this was asked, as would have made the
  // usual buffer writable. A wide one is so only much later, and a client who is slow now must not look like one who takes nothing.
  bool KeepsPace(int socket);
  // Ends that: the buffer is the kernel's again, which lets it grow from `grown` on.
  void Narrow(int socket);
  // As Narrow, for a socket that is about to be closed.
  void Forget(int socket);

 private:
  struct Wide {
    int socket;
    int queued;  // bytes that its client had not acknowledged
  };
  Wide& Find(int socket);

  std::optional<Limits> limits_;
  std::vector<Wide> wide_;
};

}  // namespace fastserve::net
