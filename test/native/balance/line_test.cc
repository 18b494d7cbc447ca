// Threads that share a server's few connections: none is lost, none waits for ever.
#include "native/balance/line.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "native/balance/group.h"
#include "test/native/testing.h"

namespace fastserve::balance {
namespace {

using proxy::Choice;

constexpr uint32_t kConnections = 2;
constexpr int kThreads = 4;
constexpr int kRequests = 2000;  // of each thread

// A thread with one request at a time, and a loop that runs what is posted to it.
class Asker final : public proxy::Waiter {
 public:
  Asker(std::shared_ptr<Group> group, std::atomic<int>* used)
      : balancer_(MakeBalancer(std::move(group), 1, [this](std::function<void()> task) { Post(std::move(task)); })), used_(used) {}

  // Whether all requests had their turn.
  bool Run() {
    for (int i = 0; i < kRequests; ++i) {
      Ask();
      while (choice_.kind == Choice::Kind::kWait) {
        if (!RunPosted()) return false;
      }
      if (choice_.kind != Choice::Kind::kServer) return false;
      if (used_->fetch_add(1) >= static_cast<int>(kConnections)) crowded_ = true;
      std::this_thread::yield();
      used_->fetch_sub(1);
      balancer_->OnResult(choice_.index, proxy::Outcome::kAnswered, 200, 1, 1000);
    }
    return true;
  }
  // Calls for others that came to this thread last are passed on.
  void RunRest() {
    while (!posted_.empty()) RunPosted();
  }
  bool crowded() const { return crowded_; }

  void OnServerFree() override { Ask(); }

 private:
  void Ask() { choice_ = balancer_->Pick({http::Method::kGet}, {}, 1000, this); }
  void Post(std::function<void()> task) {
    const std::lock_guard lock(mutex_);
    posted_.push_back(std::move(task));
    came_.notify_one();
  }
  bool RunPosted() {
    std::vector<std::function<void()>> tasks;
    {
      std::unique_lock lock(mutex_);
      if (!came_.wait_for(lock, std::chrono::seconds(30), [this] { return !posted_.empty(); })) return false;
      tasks.swap(posted_);
    }
    for (const auto& task : tasks) task();
    return true;
  }

  std::mutex mutex_;
  std::condition_variable came_;
  std::vector<std::function<void()>> posted_;
  std::unique_ptr<proxy::Balancer> balancer_;
  std::atomic<int>* const used_;
  Choice choice_;
  bool crowded_ = false;
};

TEST("threads that share few connections never have more, and every request of theirs has its turn") {
  proxy::ServerSpec spec;
  spec.label = "only";
  const ServerSettings settings{.max_connections = kConnections};
  auto group = std::make_shared<Group>("line", GroupSettings{.queue = 100}, ServerList{std::make_shared<Server>(spec, settings)});
  std::atomic<int> used{0}, finished{0};
  std::vector<std::unique_ptr<Asker>> askers;
  for (int i = 0; i < kThreads; ++i) askers.push_back(std::make_unique<Asker>(group, &used));
  std::vector<std::thread> threads;
  for (const auto& asker : askers) threads.emplace_back([&asker, &finished] { finished += asker->Run(); });
  for (std::thread& thread : threads) thread.join();
  CHECK_EQ(finished.load(), kThreads);
  for (const auto& asker : askers) {
    asker->RunRest();
    CHECK(!asker->crowded());
  }
  CHECK(group->line().empty());
  CHECK_EQ(group->servers()[0]->in_flight.load(), 0u);
}

TEST("who was called and found the room taken is the first still") {
  struct Sleeper final : Line::Sleeper {
    int woken = 0;
    void Wake() override { ++woken; }
  } first, second;
  Line line;
  CHECK(line.Enter(&first, 2, false));
  CHECK(line.Enter(&second, 2, false));
  CHECK(!line.Enter(&second, 2, false));
  CHECK(!line.CallFirst(nullptr));
  CHECK_EQ(first.woken, 1);
  CHECK(line.Enter(&first, 2, true));
  CHECK(line.CallFirst(&first));
  line.LeaveAll(&second);
  CHECK(line.empty());
}

}  // namespace
}  // namespace fastserve::balance
