// Everything between one I/O thread and one worker slot. Owned by the server core; both ends borrow it.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "native/queue/blocks.h"
#include "native/queue/layout.h"
#include "native/queue/parking.h"
#include "native/queue/ring.h"
#include "native/queue/seal.h"

namespace fastserve::queue {

struct Channel {
  // `shared`: kSharedBytes of a SharedArrayBuffer that outlives the channel.
  explicit Channel(uint8_t* shared)
      : shared(shared),
        response_memory(new uint8_t[kResponseRingBytes]),
        requests(shared + kRequestRingOffset, kRequestRingBytes, &request_positions),
        responses(response_memory.get(), kResponseRingBytes, &response_positions) {}

  // Both ends are gone. What was answered and never taken gives its body back: the pools must outlive the channel.
  ~Channel() {
    const uint32_t tail = responses.LoadTail();
    while (const ResponseRecord* record = NextAnswer(tail)) ReleaseBody(*record);
  }

  // I/O thread: the next answer before `tail`, good until responses.Release(); nullptr: there is none, or the ring is broken (Q13).
  const ResponseRecord* NextAnswer(uint32_t tail) {
    const auto* record = reinterpret_cast<const ResponseRecord*>(responses.Next(tail));
    if (record == nullptr || IsSound(*record, responses.head() - record->length)) [[likely]] return record;
    responses.Break();
    return nullptr;
  }

  uint8_t* const shared;
  const std::unique_ptr<uint8_t[]> response_memory;
  RingPositions request_positions;
  RingPositions response_positions;
  Parking worker_parking;  // the worker sleeps: the I/O thread rings its doorbell

  // Records taken by the worker since it attached: what is pushed and not yet drained is the window. Worker stores.
  alignas(64) std::atomic<uint32_t> drained_records{0};
  // The I/O thread waits for room or for the window: the worker rings after its next batch. Both sides (Q9).
  std::atomic<uint32_t> space_wanted{0};
  // The worker's answers overflow: the I/O thread rings its doorbell when it has taken some. Both sides (Q9).
  std::atomic<uint32_t> answer_space_wanted{0};

  // I/O thread, after responses.Release(): true when the worker must be rung because it waits for the room.
  bool AnswersMayFlow() {
    return answer_space_wanted.load(std::memory_order_seq_cst) == 1 &&
           answer_space_wanted.exchange(0, std::memory_order_seq_cst) == 1;
  }

  // The I/O thread's own ends.
  RingProducer requests;
  RingConsumer responses;
};

}  // namespace fastserve::queue
