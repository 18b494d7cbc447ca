#include "native/net/short_turns.h"

#include <dirent.h>
#include <pthread.h>
#include <signal.h>
#include <time.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <memory>
#include <mutex>
#include <vector>

#include "native/net/thread_priority.h"

namespace fastserve::net {
namespace {

// Tells those that are watched: the thread that watches has the system's shortest, so that it is next when it wakes.
constexpr int64_t kShortSliceNs = 150'000;
constexpr int64_t kWatchSliceNs = 100'000;
constexpr long kBeatNs = 500'000;
// From one look where the thread runs to the next.
constexpr int kBeats = 8;
// Looks in a row that find it asleep.
constexpr int kMostAsleep = 250;

// Which threads have one that watches them.
class Watched {
 public:
  // False when it has one.
  bool Add(ThreadId thread) {
    const std::lock_guard lock(mutex_);
    if (std::ranges::find(threads_, thread) != threads_.end()) return false;
    threads_.push_back(thread);
    return true;
  }
  void Remove(ThreadId thread) {
    const std::lock_guard lock(mutex_);
    std::erase(threads_, thread);
  }

 private:
  std::mutex mutex_;
  std::vector<ThreadId> threads_;
};

// Never destroyed: threads that watch may outlive what runs at the end of the process.
Watched& AllWatched() {
  static auto* const watched = new Watched;
  return *watched;
}

void Sleep(long nanoseconds) {
  const timespec time{0, nanoseconds};
  ::nanosleep(&time, nullptr);
}

void* Watch(void* argument) {
  const auto thread = static_cast<ThreadId>(reinterpret_cast<intptr_t>(argument));
  ::pthread_setname_np(::pthread_self(), "fs-turns");
  ExchangeSlice(kWatchSliceNs);
  int at_core = -1;
  for (int asleep = 0; asleep < kMostAsleep && SliceOf(thread) == kShortSliceNs;) {
    const int core = CoreOfRunnable(thread);
    asleep = core < 0 ? asleep + 1 : 0;
    if (core >= 0 && core != at_core && MoveToCore(core)) at_core = core;
    if (core < 0) Sleep(kBeatNs * kBeats);
    for (int beat = 0; core >= 0 && beat < kBeats; ++beat) Sleep(kBeatNs);
  }
  AllWatched().Remove(thread);
  return nullptr;
}

void BeginWatch(ThreadId thread) {
  if (!AllWatched().Add(thread)) return;
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_attr_t detached;
  ::pthread_attr_init(&detached);
  ::pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
  // Signals of the process are not for this thread, from its first moment on.
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  pthread_t made{};
  const bool failed = ::pthread_create(&made, &detached, Watch, reinterpret_cast<void*>(static_cast<intptr_t>(thread))) != 0;
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  ::pthread_attr_destroy(&detached);
  if (failed) AllWatched().Remove(thread);
}

}  // namespace

int64_t ShortenTurns() { return ExchangeSlice(kShortSliceNs); }

void EndShortTurns(int64_t slice_ns) { ExchangeSlice(slice_ns); }

void WatchShortTurns() {
  const std::unique_ptr<DIR, int (*)(DIR*)> tasks(::opendir("/proc/self/task"), ::closedir);
  if (tasks == nullptr) return;
  while (const dirent* entry = ::readdir(tasks.get())) {
    ThreadId thread = 0;
    std::from_chars(entry->d_name, entry->d_name + std::strlen(entry->d_name), thread);
    if (thread != 0 && SliceOf(thread) == kShortSliceNs) BeginWatch(thread);
  }
}

}  // namespace fastserve::net
