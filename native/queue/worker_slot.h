// One place for a worker thread: its channels to every I/O thread, its doorbell, and who owns it.
//
//   kFree ──attach (worker, CAS)──► kAttached ──detach or death (worker's cleanup)──► kDead
//     ▲                                                                                 │ each I/O thread recovers its
//     └────────────── the last I/O thread that finished recovering ◄────────────────────┘ own channel
//
// Ownership is taken by compare-exchange and never by a promise: Piscina reports the end of a task before the thread has
// let go of the slot (Q7).
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "native/net/wakeup.h"
#include "native/queue/channel.h"
#include "native/queue/precedence.h"

namespace fastserve::queue {

enum class SlotState : uint32_t { kFree, kAttached, kDead };

struct WorkerSlot {
  std::vector<std::unique_ptr<Channel>> channels;  // by I/O thread
  net::Wakeup doorbell;                            // rung by I/O threads, watched by the worker's event loop
  std::atomic<SlotState> state{SlotState::kFree};
  std::atomic<uint32_t> generation{0};             // of the application's code that the last one to attach runs
  std::atomic<uint32_t> epoch{0};                  // attachments so far
  std::atomic<uint32_t> recovering{0};             // I/O threads that have yet to recover their channel
  std::atomic<bool> draining{false};               // no new requests
  std::atomic<bool> broken{false};                 // what its worker published cannot be read: it has to end (Q13)
  std::atomic<uint32_t> probes{0};                 // questions "does your event loop turn?", by the supervisor
  std::atomic<uint32_t> overdue{0};                // requests that passed their limit while the worker was at work, ever
  std::atomic<uint32_t> probe_answers{0};          // the last one that the worker has seen
  Precedence precedence;                           // of its thread, against the I/O threads

  // Worker, with the generation of code that it runs: claims the slot. False while somebody else owns it.
  bool Attach(uint32_t code_generation) {
    SlotState expected = SlotState::kFree;
    if (!state.compare_exchange_strong(expected, SlotState::kAttached, std::memory_order_acq_rel)) return false;
    draining.store(false, std::memory_order_relaxed);
    broken.store(false, std::memory_order_relaxed);
    generation.store(code_generation, std::memory_order_relaxed);
    // release: whoever sees the new epoch sees the generation that goes with it (Q12).
    epoch.fetch_add(1, std::memory_order_release);
    return true;
  }

  // Worker, after its last publish: hands the slot to the I/O threads for recovery.
  void Abandon() {
    recovering.store(static_cast<uint32_t>(channels.size()), std::memory_order_relaxed);
    // seq_cst: the death is a publication too, which an I/O thread about to sleep must not miss (Q5; Dispatcher::HasWork).
    state.store(SlotState::kDead, std::memory_order_seq_cst);
  }

  // I/O thread: true when the attachment behind `recovered_epoch`, the last one that it recovered, has ended. The epoch is
  // read first: an attachment that this thread has not recovered cannot give way to the next one, so a death that is seen
  // afterwards is its own. In the other order a death that was recovered already could be taken for that of the next worker.
  // acquire: pairs with Attach and Abandon; what the worker published before its end is visible.
  bool DiedSince(uint32_t recovered_epoch) const {
    return epoch.load(std::memory_order_acquire) != recovered_epoch &&
           state.load(std::memory_order_acquire) == SlotState::kDead;
  }

  // I/O thread, once its channel is empty and reset. The last one frees the slot.
  void Recovered() {
    if (recovering.fetch_sub(1, std::memory_order_acq_rel) == 1) {
      state.store(SlotState::kFree, std::memory_order_release);
    }
  }
};

}  // namespace fastserve::queue
