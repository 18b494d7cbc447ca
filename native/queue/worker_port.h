// A worker thread's end of the queue, without JavaScript: drains request rings, writes responses, sleeps and wakes.
// Everything runs on the worker's thread.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "native/queue/blocks.h"
#include "native/queue/worker_slot.h"

namespace fastserve::queue {

// How to wake one I/O thread. Owned by the server core.
struct IoDoor {
  Parking parking;
  net::Wakeup wakeup;
};

class WorkerPort {
 public:
  // The slot must be attached to the caller. All references outlive the port.
  WorkerPort(WorkerSlot& slot, std::vector<IoDoor*> doors, SpillPool& spills);

  // After the doorbell rang (and once after attaching): hands every published batch to
  // `drain(channel, head, tail) -> count of request records`, publishes the answers, and parks. Comes back early, with
  // the doorbell rung again, when there is so much work that timers and sockets of the application would starve.
  template <typename Drain>
  void Run(Drain&& drain) {
    slot_.doorbell.Drain();
    for (auto& channel : slot_.channels) channel->worker_parking.Unpark();
    for (int round = 0; round < kRoundsPerRun; ++round) {
      if (!DrainOnce(drain)) {
        if (Sleep()) return;
      }
    }
    slot_.doorbell.Ring();
  }

  // Direct mode: drains everything and never parks.
  template <typename Drain>
  void DrainAll(Drain&& drain) {
    while (DrainOnce(drain)) {
    }
  }

  // A response record with room for `max_payload` bytes behind it. The caller fills it and calls Commit before the next
  // Begin. Never null: when the ring is full the record waits in an overflow list (Q4).
  ResponseRecord* Begin(uint32_t channel, uint32_t max_payload);
  // `payload` <= max_payload bytes were written.
  void Commit(uint32_t channel, uint32_t payload);

  // Publishes what was committed and wakes the I/O threads that sleep. True when everything is in the rings.
  bool Flush();

  // Publishes, and hands the slot over for recovery. The port must not be used afterwards.
  void Abandon();

  uint32_t channel_count() const { return static_cast<uint32_t>(ends_.size()); }
  SpillPool& spills() { return spills_; }
  int doorbell() const { return slot_.doorbell.fd(); }

 private:
  static constexpr int kRoundsPerRun = 4;

  struct End {
    End(Channel* channel, IoDoor* door)
        : channel(channel),
          door(door),
          requests(channel->shared + kRequestRingOffset, kRequestRingBytes, &channel->request_positions),
          responses(channel->response_memory.get(), kResponseRingBytes, &channel->response_positions) {}
    Channel* channel;
    IoDoor* door;
    RingConsumer requests;
    RingProducer responses;
    std::deque<std::string> overflow;
    bool begun_in_overflow = false;
  };

  template <typename Drain>
  bool DrainOnce(Drain&& drain) {
    bool any = false;
    for (uint32_t i = 0; i < ends_.size(); ++i) {
      End& end = *ends_[i];
      const uint32_t tail = end.requests.LoadTail();
      if (tail == end.requests.head()) continue;
      any = true;
      const uint32_t count = drain(i, end.requests.head(), tail);
      end.requests.SetHead(tail);
      end.requests.Release();
      auto& drained = end.channel->drained_records;
      drained.store(drained.load(std::memory_order_relaxed) + count, std::memory_order_release);
    }
    if (any) Flush();
    return any;
  }

  // Parks every channel. False when a record came in the meantime (then nothing is parked).
  bool Sleep();
  void MoveOverflow(End& end);

  WorkerSlot& slot_;
  SpillPool& spills_;
  std::vector<std::unique_ptr<End>> ends_;
};

}  // namespace fastserve::queue
