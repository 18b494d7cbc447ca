// One I/O thread's and one worker's end of a queue without a server: what the tests of native/queue stand on.
#pragma once

#include <poll.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "native/queue/worker_port.h"

namespace fastserve::queue {

// Long enough for a machine under load; a test that waits this long has lost a wake-up.
constexpr int kLostMs = 10000;

// Waits for `fd`. False: nobody rang in kLostMs.
inline bool AwaitRing(int fd) {
  pollfd watched{fd, POLLIN, 0};
  return ::poll(&watched, 1, kLostMs) == 1;
}

// A slot with `io_count` channels, and the doors of as many I/O threads.
struct Pair {
  explicit Pair(size_t io_count = 1) {
    for (size_t i = 0; i < io_count; ++i) {
      memory.emplace_back(static_cast<uint8_t*>(std::aligned_alloc(64, kSharedBytes)), &std::free);
      std::memset(memory.back().get(), 0, kSharedBytes);
      slot.channels.push_back(std::make_unique<Channel>(memory.back().get()));
      doors.push_back(std::make_unique<IoDoor>());
    }
  }
  std::vector<IoDoor*> DoorPointers() const {
    std::vector<IoDoor*> pointers;
    for (const auto& door : doors) pointers.push_back(door.get());
    return pointers;
  }
  Channel& channel(size_t index = 0) { return *slot.channels[index]; }

  SpillPool spills;  // outlives the channels
  std::vector<std::unique_ptr<uint8_t, decltype(&std::free)>> memory;
  std::vector<std::unique_ptr<IoDoor>> doors;
  WorkerSlot slot;
};

// A control record with `payload_bytes` behind it. False when the ring is full.
inline bool PushRequestRecord(RingProducer& ring, uint32_t token, uint32_t payload_bytes = 0) {
  const uint32_t bytes = Align(static_cast<uint32_t>(sizeof(ControlRecord)) + payload_bytes);
  uint8_t* room = ring.Reserve(bytes);
  if (room == nullptr) return false;
  const ControlRecord record{bytes, token, static_cast<uint32_t>(RequestKind::kBodyChunk), payload_bytes};
  std::memcpy(room, &record, sizeof record);
  ring.Commit(bytes);
  return true;
}

// An answer whose body is `body`, inline.
inline void PushAnswer(WorkerPort& port, uint32_t channel, uint32_t token, std::string_view body) {
  ResponseRecord* record = port.Begin(channel, static_cast<uint32_t>(body.size()));
  record->token = token;
  record->body_length = body.size();
  std::memcpy(static_cast<void*>(record + 1), body.data(), body.size());
  port.Commit(channel, static_cast<uint32_t>(body.size()));
}

// Everything published and not taken, as tokens in their order; released as a turn of the I/O thread does.
inline std::vector<uint32_t> TakeAnswers(Pair& pair, size_t channel = 0) {
  std::vector<uint32_t> tokens;
  RingConsumer& ring = pair.channel(channel).responses;
  const uint32_t tail = ring.LoadTail();
  while (const uint8_t* bytes = ring.Next(tail)) {
    tokens.push_back(reinterpret_cast<const ResponseRecord*>(bytes)->token);
  }
  ring.Release();
  if (pair.channel(channel).AnswersMayFlow()) pair.slot.doorbell.Ring();
  return tokens;
}

}  // namespace fastserve::queue
