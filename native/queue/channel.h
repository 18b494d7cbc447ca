// Everything between one I/O thread and one worker slot. Owned by the server core; both ends borrow it.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "native/queue/layout.h"
#include "native/queue/parking.h"
#include "native/queue/ring.h"

namespace fastserve::queue {

struct Channel {
  // `shared`: kSharedBytes of a SharedArrayBuffer that outlives the channel.
  explicit Channel(uint8_t* shared)
      : shared(shared),
        response_memory(new uint8_t[kResponseRingBytes]),
        requests(shared + kRequestRingOffset, kRequestRingBytes, &request_positions),
        responses(response_memory.get(), kResponseRingBytes, &response_positions) {}

  uint8_t* const shared;
  const std::unique_ptr<uint8_t[]> response_memory;
  RingPositions request_positions;
  RingPositions response_positions;
  Parking worker_parking;  // the worker sleeps: the I/O thread rings its doorbell

  // Records taken by the worker since it attached: what is pushed and not yet drained is the window. Worker stores.
  alignas(64) std::atomic<uint32_t> drained_records{0};
  // The I/O thread waits for room or for the window: the worker rings after its next batch. Both sides.
  std::atomic<uint32_t> space_wanted{0};

  // The I/O thread's own ends.
  RingProducer requests;
  RingConsumer responses;
};

}  // namespace fastserve::queue
