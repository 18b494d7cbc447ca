// A worker thread's end of the queue, without JavaScript: drains request rings, writes responses, sleeps and wakes.
// Everything runs on the worker's thread.
#pragma once

#include <atomic>
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
  std::atomic<uint64_t> rings{0};  // by workers; a statistic (relaxed)

  // Worker, after publishing: wakes the I/O thread if it sleeps.
  void RingIfParked() {
    if (!parking.ShouldRing()) return;
    rings.fetch_add(1, std::memory_order_relaxed);
    wakeup.Ring();
  }
};

class WorkerPort {
 public:
  // The slot must be attached to the caller. All references outlive the port.
  WorkerPort(WorkerSlot& slot, std::vector<IoDoor*> doors, SpillPool& spills);

  // What `drain` returns when it did not come to its end (the worker is being terminated): the batch is not given back,
  // so that what it had not started can be recovered from the ring (Q6).
  static constexpr uint32_t kDrainBroken = ~0u;

  // After the doorbell rang (and once after attaching): hands every published batch to
  // `drain(channel, head, tail) -> count of request records, or kDrainBroken`, publishes the answers, and parks. Comes
  // back early, with the doorbell rung again, when there is so much work that timers and sockets of the application would
  // starve. `drain` may call Abandon: nothing of the slot is touched afterwards.
  template <typename Drain>
  void Run(Drain&& drain) {
    if (stopped_) return;
    slot_.doorbell.Drain();
    slot_.probe_answers.store(slot_.probes.load(std::memory_order_relaxed), std::memory_order_relaxed);
    for (auto& channel : slot_.channels) channel->worker_parking.Unpark();
    if (overflowing_) Flush();  // the ring may have been for the room
    for (int round = 0; round < kRoundsPerRun; ++round) {
      const bool any = DrainOnce(drain);
      if (stopped_ || (!any && Sleep())) return;
    }
    slot_.doorbell.Ring();
  }

  // Direct mode: drains everything and never parks.
  template <typename Drain>
  void DrainAll(Drain&& drain) {
    while (!stopped_ && DrainOnce(drain)) {
    }
  }

  // A response record with room for `max_payload` bytes behind it. The caller fills it and calls Commit before the next
  // Begin. Never null: when the ring is full the record waits in an overflow list (Q4).
  ResponseRecord* Begin(uint32_t channel, uint32_t max_payload);
  // `payload` <= max_payload bytes were written.
  void Commit(uint32_t channel, uint32_t payload);
  // Instead of Commit: the record is given up, as if it had never been begun.
  void Discard(uint32_t channel);

  // Publishes what was committed and wakes the I/O threads that sleep. True when everything is in the rings; else the
  // doorbell rings as soon as an I/O thread has made room, and Run goes on with it (Q9).
  bool Flush();

  // Publishes, and hands the slot over for recovery. The port must not be used afterwards.
  void Abandon();

  uint32_t channel_count() const { return static_cast<uint32_t>(ends_.size()); }
  // kSharedBytes of the channel.
  const uint8_t* shared(uint32_t channel) const { return ends_[channel]->channel->shared; }
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
      if (count == kDrainBroken) stopped_ = true;
      if (stopped_) return true;  // broken, or abandoned inside drain: the slot may have another owner (Q7)
      end.requests.SetHead(tail);
      end.requests.Release();
      // seq_cst: with Release the first half of the Dekker pair that Flush completes (Q9).
      auto& drained = end.channel->drained_records;
      drained.store(drained.load(std::memory_order_relaxed) + count, std::memory_order_seq_cst);
    }
    if (any) Flush();
    return any;
  }

  // Parks every channel. False when a record came in the meantime (then nothing is parked).
  bool Sleep();
  // True when the overflow list is empty now.
  bool MoveOverflow(End& end);
  bool MoveSome(End& end);

  WorkerSlot& slot_;
  SpillPool& spills_;
  std::vector<std::unique_ptr<End>> ends_;
  bool overflowing_ = false;  // an overflow list holds records
  bool stopped_ = false;      // abandoned, or a drain broke: no more batches
};

}  // namespace fastserve::queue
