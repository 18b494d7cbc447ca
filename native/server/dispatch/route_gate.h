// How many requests of one route may be under way at once, over all I/O threads, and which threads have some that wait for it.
//
// DESIGN: a request that comes when the gate is full waits on its own I/O thread (route_lines.h). Who leaves must wake the threads
// that have such requests, wherever they are; that is a Dekker pair between Leave and Await, as with the doorbells (Q5):
//
//   I/O thread that waits: waiting_ |= me (seq_cst), then looks at the count      (Await, then Enter)
//   I/O thread that leaves: count -= 1 (seq_cst), then looks at waiting_          (Leave)
//
// Either the one sees the room or the other sees who waits.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "native/queue/worker_port.h"

namespace fastserve::server {

class RouteGate {
 public:
  // `doors`: of all I/O threads, at most 64, by their index; they outlive the gate.
  RouteGate(const std::vector<std::unique_ptr<queue::IoDoor>>& doors, uint32_t most) : doors_(doors), most_(most) {}

  // False when as many as allowed are under way. Any I/O thread.
  bool Enter() {
    uint32_t now = count_.load(std::memory_order_seq_cst);
    while (now < most_.load(std::memory_order_relaxed)) {
      if (count_.compare_exchange_weak(now, now + 1, std::memory_order_seq_cst)) return true;
    }
    return false;
  }
  // One that entered has ended. Any I/O thread.
  void Leave();
  // The I/O thread `io` has requests that wait here, or (false) has none any more. Before it looks whether there is room.
  void Await(uint32_t io, bool waits) {
    const uint64_t bit = uint64_t{1} << io;
    if (waits) waiting_.fetch_or(bit, std::memory_order_seq_cst);
    else waiting_.fetch_and(~bit, std::memory_order_relaxed);
  }
  bool HasRoom() const { return count_.load(std::memory_order_seq_cst) < most_.load(std::memory_order_relaxed); }

  // The main thread: in effect for who comes from now on.
  void set_most(uint32_t most) { most_.store(most, std::memory_order_relaxed); }
  uint32_t current() const { return count_.load(std::memory_order_relaxed); }

 private:
  const std::vector<std::unique_ptr<queue::IoDoor>>& doors_;
  std::atomic<uint32_t> most_;
  std::atomic<uint32_t> count_{0};
  std::atomic<uint64_t> waiting_{0};
};

// A request that is counted, until this ends. Empty by default.
class GateSlot {
 public:
  GateSlot() = default;
  explicit GateSlot(std::shared_ptr<RouteGate> entered) : gate_(std::move(entered)) {}
  GateSlot(GateSlot&& other) noexcept = default;
  GateSlot& operator=(GateSlot&& other) noexcept {
    if (this != &other) {
      Leave();
      gate_ = std::move(other.gate_);
    }
    return *this;
  }
  ~GateSlot() { Leave(); }
  explicit operator bool() const { return gate_ != nullptr; }

 private:
  void Leave() {
    if (gate_ != nullptr) gate_->Leave();
    gate_.reset();
  }
  std::shared_ptr<RouteGate> gate_;
};

// The gates of a server by route. Reloads find them again: who entered before still counts. The main thread.
class RouteGates {
 public:
  explicit RouteGates(const std::vector<std::unique_ptr<queue::IoDoor>>& doors) : doors_(doors) {}
  // `route`: its pattern and methods.
  std::shared_ptr<RouteGate> Of(const std::string& route, uint32_t most);

 private:
  const std::vector<std::unique_ptr<queue::IoDoor>>& doors_;
  std::unordered_map<std::string, std::shared_ptr<RouteGate>> gates_;
};

}  // namespace fastserve::server
