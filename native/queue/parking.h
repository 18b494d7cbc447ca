// Who is asleep: the flag that turns a wake-up from "once per record" into "only when the other side really sleeps".
//
// DESIGN (Q5): a Dekker pair over two seq_cst variables, the ring's tail and this flag.
//   producer: publish tail            consumer: Park()
//             ShouldRing()                      re-check tail; when it moved: Unpark() and go on
// In the single total order of seq_cst operations either the producer sees the flag (and rings) or the consumer sees the
// tail (and does not sleep). The exchange lets exactly one of them take the flag down.
#pragma once

#include <atomic>
#include <cstdint>

namespace fastserve::queue {

class Parking {
 public:
  // Consumer: "I am about to sleep". Re-check the ring with seq_cst afterwards.
  void Park() { parked_.store(1, std::memory_order_seq_cst); }

  // Anyone: a hint, out of date as soon as it is read.
  bool SeemsParked() const { return parked_.load(std::memory_order_relaxed) == 1; }

  // Consumer: "I am awake". False when a producer has taken the flag, whose ring will arrive (or has).
  bool Unpark() { return parked_.exchange(0, std::memory_order_seq_cst) == 1; }

  // Producer, after Publish: true for exactly one caller per sleep, who must ring the doorbell.
  bool ShouldRing() {
    return parked_.load(std::memory_order_seq_cst) == 1 && parked_.exchange(0, std::memory_order_seq_cst) == 1;
  }

 private:
  alignas(64) std::atomic<uint32_t> parked_{0};
};

}  // namespace fastserve::queue
