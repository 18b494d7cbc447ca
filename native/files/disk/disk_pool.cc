#include "native/files/disk/disk_pool.h"

#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <system_error>
#include <utility>

namespace fastserve::files {
namespace {

// The code of a thread that is left behind must stay where it is when the host unloads the addon.
void KeepCodeLoaded() {
  Dl_info here;
  if (::dladdr(reinterpret_cast<void*>(&KeepCodeLoaded), &here) == 0) return;
  static_cast<void>(::dlopen(here.dli_fname, RTLD_LAZY | RTLD_NOLOAD | RTLD_NODELETE));
}

}  // namespace

// What helper threads share with the pool, and outlives it where one is left behind.
struct DiskPool::State {
  struct Waiting {
    std::unique_ptr<DiskJob> job;
    std::shared_ptr<DiskMailbox> mailbox;
  };

  explicit State(uint32_t most) : queue(most) {}

  // Waits for a job; false when the thread shall end.
  bool Next(Waiting* next) {
    std::unique_lock lock(mutex);
    work.wait(lock, [this] { return stopping || !jobs.empty(); });
    if (stopping) return false;
    *next = std::move(jobs.front());
    jobs.pop_front();
    return true;
  }

  const uint32_t queue;
  std::mutex mutex;  // guards the next block
  std::condition_variable work, ended;
  std::deque<Waiting> jobs;
  uint32_t running = 0;  // threads
  bool stopping = false;
};

std::vector<std::unique_ptr<DiskJob>> DiskMailbox::Take() {
  has_mail_.store(false, std::memory_order_seq_cst);
  const std::lock_guard lock(mutex_);
  return std::exchange(jobs_, {});
}

void DiskMailbox::Close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  ring_ = nullptr;
}

void DiskMailbox::Put(std::unique_ptr<DiskJob> job) {
  const std::lock_guard lock(mutex_);
  if (closed_) return;  // P3
  jobs_.push_back(std::move(job));
  has_mail_.store(true, std::memory_order_seq_cst);
  ring_();
}

DiskPool::DiskPool(uint32_t threads, uint32_t queue) : thread_count_(threads), state_(std::make_shared<State>(queue)) {}

DiskPool::~DiskPool() { Stop(); }

bool DiskPool::Start() {
  if (!helpers_.empty()) return true;
  {
    const std::lock_guard lock(state_->mutex);
    state_->stopping = false;
    state_->running = thread_count_;
  }
  // Signals belong to the host's main thread; new threads inherit the mask.
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  try {
    for (uint32_t i = 0; i < thread_count_; ++i) {
      auto ended = std::make_shared<std::atomic<bool>>(false);
      std::thread thread([state = state_, ended] { Work(state, ended); });
      helpers_.push_back({std::move(thread), std::move(ended)});
    }
  } catch (const std::system_error&) {
    const std::lock_guard lock(state_->mutex);
    state_->running = static_cast<uint32_t>(helpers_.size());
  }
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (helpers_.size() == thread_count_) return true;
  Stop();
  return false;
}

void DiskPool::Stop() {
  std::deque<State::Waiting> dropped;
  {
    std::unique_lock lock(state_->mutex);
    state_->stopping = true;
    dropped.swap(state_->jobs);
    state_->work.notify_all();
    state_->ended.wait_for(lock, std::chrono::milliseconds(kStopMs), [this] { return state_->running == 0; });
  }
  for (Helper& helper : helpers_) {
    if (helper.ended->load(std::memory_order_acquire)) {
      helper.thread.join();
    } else {
      KeepCodeLoaded();
      helper.thread.detach();
    }
  }
  helpers_.clear();
}

bool DiskPool::Submit(std::unique_ptr<DiskJob> job, std::shared_ptr<DiskMailbox> mailbox) {
  {
    const std::lock_guard lock(state_->mutex);
    if (state_->stopping || state_->running == 0 || state_->jobs.size() >= state_->queue) return false;  // P2
    state_->jobs.push_back({std::move(job), std::move(mailbox)});
  }
  state_->work.notify_one();
  return true;
}

void DiskPool::Work(const std::shared_ptr<State>& state, const std::shared_ptr<std::atomic<bool>>& ended) {
  ::pthread_setname_np(::pthread_self(), "fs-disk");
  for (State::Waiting next; state->Next(&next);) {
    next.job->Run();
    next.mailbox->Put(std::move(next.job));
    next.mailbox.reset();
  }
  const std::lock_guard lock(state->mutex);
  --state->running;
  ended->store(true, std::memory_order_release);
  state->ended.notify_all();
}

}  // namespace fastserve::files
