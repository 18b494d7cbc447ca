// Who owns a slot, with many who want it (Q7).
#include "native/queue/worker_slot.h"

#include <atomic>
#include <thread>
#include <vector>

#include "test/native/queue/pair.h"
#include "test/native/testing.h"

using namespace fastserve::queue;

TEST("a slot is attached once, and again only after every I/O thread recovered its channel") {
  Pair pair(3);
  CHECK(pair.slot.Attach(1));
  CHECK(!pair.slot.Attach(1));
  pair.slot.Abandon();
  CHECK(!pair.slot.Attach(1));
  pair.slot.Recovered();
  pair.slot.Recovered();
  CHECK(!pair.slot.Attach(1));
  pair.slot.Recovered();
  CHECK(pair.slot.Attach(1));
  CHECK_EQ(pair.slot.epoch.load(), 2u);
}

TEST("attaching ends a slot's draining") {
  Pair pair;
  pair.slot.draining.store(true);
  CHECK(pair.slot.Attach(1));
  CHECK(!pair.slot.draining.load());
}

TEST("of many workers one owns the slot at any time, through 2000 deaths recovered by three I/O threads (Q7)") {
  constexpr uint32_t kLives = 2000;
  constexpr int kWorkers = 4;
  constexpr int kIoThreads = 3;
  Pair pair(kIoThreads);
  std::atomic<int> owners{0};
  std::atomic<bool> shared{false};
  uint64_t guarded = 0;  // plain: only the slot's owner touches it, which ThreadSanitizer checks
  std::vector<std::thread> threads;
  for (int w = 0; w < kWorkers; ++w) {
    threads.emplace_back([&] {
      while (pair.slot.epoch.load() < kLives) {
        if (!pair.slot.Attach(1)) {
          std::this_thread::yield();
          continue;
        }
        if (owners.fetch_add(1) != 0) shared.store(true);
        ++guarded;
        owners.fetch_sub(1);
        pair.slot.Abandon();
      }
    });
  }
  for (int io = 0; io < kIoThreads; ++io) {
    threads.emplace_back([&] {
      uint32_t recovered = 0;  // as Dispatcher's recovered_epoch
      while (recovered < kLives) {
        if (!pair.slot.DiedSince(recovered)) {
          std::this_thread::yield();
          continue;
        }
        if (owners.load() != 0) shared.store(true);  // recovered under a living owner
        recovered = pair.slot.epoch.load(std::memory_order_relaxed);
        pair.slot.Recovered();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(!shared.load());
  CHECK_EQ(guarded, uint64_t{pair.slot.epoch.load()});
}
