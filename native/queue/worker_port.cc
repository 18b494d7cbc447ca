#include "native/queue/worker_port.h"

#include <cstring>

#include "native/queue/seal.h"

namespace fastserve::queue {

namespace {

// Commits the record that the last Reserve made room for: it is whole but for its length and its seal.
void CommitSealed(RingProducer& ring, uint32_t bytes) {
  auto* record = reinterpret_cast<ResponseRecord*>(ring.at(ring.position()));
  record->length = bytes;
  record->seal = SealOf(*record, static_cast<uint32_t>(ring.position()));
  ring.Commit(bytes);
}

}  // namespace

WorkerPort::WorkerPort(WorkerSlot& slot, std::vector<IoDoor*> doors, SpillPool& spills) : slot_(slot), spills_(spills) {
  for (size_t i = 0; i < slot.channels.size(); ++i) {
    ends_.push_back(std::make_unique<End>(slot.channels[i].get(), doors[i]));
  }
}

bool WorkerPort::Sleep() {
  for (auto& end : ends_) end->channel->worker_parking.Park();
  for (auto& end : ends_) {
    // seq_cst: pairs with the I/O thread's Publish (Q5).
    if (end->requests.LoadTail(std::memory_order_seq_cst) == end->requests.head()) continue;
    for (auto& parked : ends_) parked->channel->worker_parking.Unpark();
    return false;
  }
  return true;
}

ResponseRecord* WorkerPort::Begin(uint32_t channel, uint32_t max_payload) {
  End& end = *ends_[channel];
  const uint32_t bytes = Align(static_cast<uint32_t>(sizeof(ResponseRecord)) + max_payload);
  uint8_t* room = end.overflow.empty() ? end.responses.Reserve(bytes) : nullptr;
  end.begun_in_overflow = room == nullptr;
  if (end.begun_in_overflow) {
    overflowing_ = true;
    end.overflow.emplace_back(bytes, '\0');
    room = reinterpret_cast<uint8_t*>(end.overflow.back().data());
  }
  auto* record = reinterpret_cast<ResponseRecord*>(room);
  std::memset(static_cast<void*>(record), 0, sizeof *record);
  record->declared_length = -1;
  return record;
}

void WorkerPort::Commit(uint32_t channel, uint32_t payload) {
  End& end = *ends_[channel];
  const uint32_t bytes = Align(static_cast<uint32_t>(sizeof(ResponseRecord)) + payload);
  if (end.begun_in_overflow) {
    std::string& record = end.overflow.back();
    record.resize(bytes);
    std::memcpy(record.data(), &bytes, sizeof bytes);
    return;
  }
  CommitSealed(end.responses, bytes);
}

void WorkerPort::Discard(uint32_t channel) {
  End& end = *ends_[channel];
  // Room in the ring that was not committed is room still; at most its skip marker is published later (Q3).
  if (end.begun_in_overflow) end.overflow.pop_back();
}

bool WorkerPort::MoveSome(End& end) {
  while (!end.overflow.empty()) {
    const std::string& record = end.overflow.front();
    uint8_t* room = end.responses.Reserve(static_cast<uint32_t>(record.size()));
    if (room == nullptr) return false;
    std::memcpy(room, record.data(), record.size());
    CommitSealed(end.responses, static_cast<uint32_t>(record.size()));
    end.overflow.pop_front();
  }
  return true;
}

// Asks for room before looking a second time (Q9): either we see what the I/O thread releases, or it sees the question.
bool WorkerPort::MoveOverflow(End& end) {
  if (MoveSome(end)) return true;
  end.channel->answer_space_wanted.exchange(1, std::memory_order_seq_cst);
  return MoveSome(end);
}

bool WorkerPort::Flush() {
  bool complete = true;
  for (auto& end : ends_) {
    complete &= MoveOverflow(*end);
    // seq_cst: the second half of two Dekker pairs with Dispatcher::Pump and HasWork (Q9). Either Pump sees what DrainOnce
    // released, or we see its flag; and either HasWork sees the flag taken and looks again, or we see it parked and ring.
    // A load first: nobody waits nearly always.
    const bool space = end->channel->space_wanted.load(std::memory_order_seq_cst) == 1 &&
                       end->channel->space_wanted.exchange(0, std::memory_order_seq_cst) == 1;
    const bool answers = end->responses.dirty();
    if (answers) end->responses.Publish();
    if (answers || space) end->door->RingIfParked();
  }
  overflowing_ = !complete;
  return complete;
}

void WorkerPort::Abandon() {
  stopped_ = true;
  Flush();
  // What did not fit is lost with its worker: the I/O thread answers those requests as started and unanswered. Their
  // spill blocks go back now.
  for (auto& end : ends_) {
    for (const std::string& bytes : end->overflow) {
      ReleaseBody(*reinterpret_cast<const ResponseRecord*>(bytes.data()));
    }
    end->overflow.clear();
  }
  slot_.Abandon();
  for (auto& end : ends_) end->door->RingIfParked();
}

}  // namespace fastserve::queue
