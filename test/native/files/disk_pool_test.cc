// DiskPool: threads that wait for disks. A disk that hangs is a job that waits for the test.
#include "native/files/disk/disk_pool.h"

#include <condition_variable>
#include <future>
#include <mutex>
#include <vector>

#include "test/native/testing.h"

using namespace fastserve::files;

namespace {

// What a job does, and how often it was destroyed.
struct Trace {
  std::atomic<int> ran{0}, destroyed{0};
};

class TestJob final : public DiskJob {
 public:
  explicit TestJob(Trace& trace, std::shared_future<void> until = {}) : trace_(trace), until_(std::move(until)) {}
  ~TestJob() override { trace_.destroyed.fetch_add(1); }
  void Run() override {
    trace_.ran.fetch_add(1);
    if (until_.valid()) until_.wait();
  }
  void Settle() override {}

 private:
  Trace& trace_;
  const std::shared_future<void> until_;
};

// The mailbox of a thread that can wait for mail.
class Box {
 public:
  std::shared_ptr<DiskMailbox> mailbox = std::make_shared<DiskMailbox>([this] {
    const std::lock_guard lock(mutex_);
    ++rings_;
    changed_.notify_all();
  });
  // How many jobs came back, once there are `count` rings.
  size_t Await(int count) {
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return rings_ >= count; });
    }
    return mailbox->Take().size();  // under no lock: helpers ring under the mailbox's
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int rings_ = 0;
};

void AwaitCount(const std::atomic<int>& counter, int count) {
  while (counter.load() < count) std::this_thread::yield();
}

}  // namespace

TEST("disk pool: jobs of several threads run, and each comes back to its own") {
  Trace trace;
  DiskPool pool(2, 1000);
  REQUIRE(pool.Start());
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] {
      Box box;
      for (int job = 0; job < 100; ++job) CHECK(pool.Submit(std::make_unique<TestJob>(trace), box.mailbox));
      CHECK_EQ(box.Await(100), 100u);
    });
  }
  for (std::thread& thread : threads) thread.join();
  pool.Stop();
  CHECK_EQ(trace.ran.load(), 300);
  CHECK_EQ(trace.destroyed.load(), 300);
}

TEST("disk pool: while a disk hangs other threads go on, and a full line refuses") {
  Trace hanging, trace;
  std::promise<void> disk;
  Box box;
  DiskPool pool(2, 2);
  REQUIRE(pool.Start());
  const std::shared_future<void> answer = disk.get_future().share();
  REQUIRE(pool.Submit(std::make_unique<TestJob>(hanging, answer), box.mailbox));
  AwaitCount(hanging.ran, 1);
  REQUIRE(pool.Submit(std::make_unique<TestJob>(trace), box.mailbox));
  CHECK_EQ(box.Await(1), 1u);
  REQUIRE(pool.Submit(std::make_unique<TestJob>(hanging, answer), box.mailbox));
  AwaitCount(hanging.ran, 2);
  CHECK(pool.Submit(std::make_unique<TestJob>(trace), box.mailbox));
  CHECK(pool.Submit(std::make_unique<TestJob>(trace), box.mailbox));
  CHECK(!pool.Submit(std::make_unique<TestJob>(trace), box.mailbox));
  disk.set_value();
  CHECK_EQ(box.Await(5), 4u);
}

TEST("disk pool: stopping drops what waits, and leaves a thread behind whose disk hangs") {
  Trace hanging, trace;
  std::promise<void> disk;
  auto box = std::make_unique<Box>();
  {
    DiskPool pool(1, 10);
    REQUIRE(pool.Start());
    REQUIRE(pool.Submit(std::make_unique<TestJob>(hanging, disk.get_future().share()), box->mailbox));
    AwaitCount(hanging.ran, 1);
    REQUIRE(pool.Submit(std::make_unique<TestJob>(trace), box->mailbox));
    pool.Stop();
    CHECK_EQ(trace.destroyed.load(), 1);
    CHECK(!pool.Submit(std::make_unique<TestJob>(trace), box->mailbox));
  }
  box->mailbox->Close();
  box.reset();
  CHECK_EQ(hanging.destroyed.load(), 0);
  disk.set_value();
  AwaitCount(hanging.destroyed, 1);
  CHECK_EQ(trace.ran.load(), 0);
}

TEST("disk pool: without threads nothing is taken") {
  Trace trace;
  Box box;
  DiskPool pool(0, 10);
  REQUIRE(pool.Start());
  CHECK(!pool.on());
  CHECK(!pool.Submit(std::make_unique<TestJob>(trace), box.mailbox));
}
