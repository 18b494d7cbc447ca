#include "native/net/short_turns.h"

#include <dirent.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <string>
#include <thread>

#include "native/net/thread_priority.h"
#include "test/native/testing.h"

namespace {

using fastserve::net::EndShortTurns;
using fastserve::net::ExchangeSlice;
using fastserve::net::ShortenTurns;
using fastserve::net::WatchShortTurns;

// Threads of this process that watch others.
int CountWatching() {
  int count = 0;
  DIR* const tasks = ::opendir("/proc/self/task");
  while (const dirent* entry = ::readdir(tasks)) {
    std::string name;
    std::getline(std::ifstream(std::string("/proc/self/task/") + entry->d_name + "/comm"), name);
    count += name == "fs-turns";
  }
  ::closedir(tasks);
  return count;
}

bool ComesToWatch(int count) {
  const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (CountWatching() != count && std::chrono::steady_clock::now() < limit) std::this_thread::yield();
  return CountWatching() == count;
}

// Runs until it is told to end, with short turns until it is told to serve.
class Beside {
 public:
  Beside() : own_(ShortenTurns()), thread_([this] { Run(); }) {
    EndShortTurns(own_);
    WatchShortTurns();
  }
  ~Beside() {
    end_ = true;
    thread_.join();
  }
  void Serve() {
    serve_ = true;
    while (!serves_) std::this_thread::yield();
  }
  bool has_slices() const { return own_ != 0; }

 private:
  void Run() {
    while (!serve_ && !end_) {
    }
    if (serve_) EndShortTurns(own_);
    serves_ = true;
    while (!end_) std::this_thread::yield();
  }

  std::atomic<bool> serve_{false};
  std::atomic<bool> serves_{false};
  std::atomic<bool> end_{false};
  const int64_t own_;
  std::thread thread_;
};

// Sanitizers have a thread beside the first one that is made, which would have short turns too.
void MakeSomeThread() {
  std::thread([] {}).join();
}

TEST("a thread that begins with short turns is watched until it serves itself") {
  MakeSomeThread();
  Beside beside;
  CHECK(ComesToWatch(beside.has_slices() ? 1 : 0));
  beside.Serve();
  CHECK(ComesToWatch(0));
}

TEST("each thread with short turns is watched by one of its own, and no longer than it lives") {
  MakeSomeThread();
  {
    Beside first;
    Beside second;
    CHECK(ComesToWatch(first.has_slices() ? 2 : 0));
  }
  CHECK(ComesToWatch(0));
}

TEST("who has started something with short turns has its own slice afterwards") {
  MakeSomeThread();
  const int64_t own = ExchangeSlice(0);
  ExchangeSlice(own);
  { const Beside beside; }
  CHECK_EQ(ExchangeSlice(own), own);
}

}  // namespace
