#include "native/compress/variant_maker.h"

#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>

#include <system_error>
#include <utility>

#include "native/base/hash.h"
#include "native/compress/encoder.h"

namespace fastserve::compress {
namespace {

constexpr int kNice = 19;  // requests, workers and everybody else go first

// A result must be at least a sixteenth smaller: what is compressed already stays as it is, and is not tried again.
constexpr uint64_t MostWorthKeeping(uint64_t size_bytes) { return size_bytes - size_bytes / 16; }

Policy WithKnownCodings(Policy policy) {
  std::erase_if(policy.codings, [](http::Coding coding) { return !CanEncode(coding); });
  return policy;
}

}  // namespace

VariantMaker::VariantMaker(Policy policy)
    : policy_(WithKnownCodings(std::move(policy))), store_(policy_.cache_bytes) {}

VariantMaker::~VariantMaker() { Stop(); }

bool VariantMaker::Start() {
  if (thread_.joinable()) return true;
  // Signals belong to the host's main thread; the new thread inherits the mask.
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  bool started = true;
  try {
    thread_ = std::thread([this] { Run(); });
  } catch (const std::system_error&) {
    started = false;
  }
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  const std::lock_guard lock(mutex_);
  running_ = started;
  return started;
}

void VariantMaker::Stop() {
  std::deque<Job> dropped;
  {
    const std::lock_guard lock(mutex_);
    stopping_.store(true, std::memory_order_relaxed);
    running_ = false;
    dropped.swap(jobs_);
    for (const Job& job : dropped) {
      if (job.receiver == nullptr) store_.Forget(job.key());
    }
    held_bytes_.store(store_.held_bytes(), std::memory_order_relaxed);
  }
  work_.notify_one();
  if (thread_.joinable()) thread_.join();
}

VariantStore::Found VariantMaker::Find(const VariantKey& key) {
  const std::lock_guard lock(mutex_);
  return store_.Find(key);
}

bool VariantMaker::Request(const VariantKey& key, std::unique_ptr<Source> source) {
  {
    const std::lock_guard lock(mutex_);
    if (store_.Find(key).state != VariantState::kAbsent) return true;  // another thread was faster (M1)
    if (!running_ || jobs_.size() >= kMaxJobs) return false;           // M2
    store_.AddPending(key);
    held_bytes_.store(store_.held_bytes(), std::memory_order_relaxed);
    jobs_.push_back({std::string(key.source), key.coding, std::move(source), nullptr});
  }
  work_.notify_one();
  return true;
}

bool VariantMaker::Code(http::Coding coding, std::unique_ptr<Source> source, std::unique_ptr<FormReceiver> receiver) {
  {
    const std::lock_guard lock(mutex_);
    if (!running_ || jobs_.size() >= kMaxJobs) return false;  // M2
    jobs_.push_back({{}, coding, std::move(source), std::move(receiver)});
  }
  work_.notify_one();
  return true;
}

void VariantMaker::Run() {
  ::pthread_setname_np(::pthread_self(), "fs-compress");
  ::setpriority(PRIO_PROCESS, 0, kNice);  // 0: on Linux the calling thread alone
  for (Job job; TakeJob(&job);) {
    std::string bytes;
    const Coded outcome = Encode(job, &bytes);
    job.source.reset();  // its descriptor is not needed while the result waits for the lock
    if (job.receiver != nullptr) job.receiver->Take(outcome, std::move(bytes));
    else Finish(job, outcome, std::move(bytes));
  }
}

// Waits for one; false when the thread shall end.
bool VariantMaker::TakeJob(Job* job) {
  std::unique_lock lock(mutex_);
  work_.wait(lock, [this] { return !jobs_.empty() || stopping_.load(std::memory_order_relaxed); });
  if (jobs_.empty()) return false;
  *job = std::move(jobs_.front());
  jobs_.pop_front();
  return true;
}

Coded VariantMaker::Encode(Job& job, std::string* bytes) const {
  const uint64_t size_bytes = job.source->size_bytes();
  const auto encoder = MakeEncoder(job.coding, {policy_.LevelOf(job.coding), size_bytes});
  if (encoder == nullptr) return Coded::kFailed;
  for (Source::Status status = Source::Status::kPiece; status != Source::Status::kEnd;) {
    if (stopping_.load(std::memory_order_relaxed)) return Coded::kFailed;
    std::string_view piece;
    status = job.source->Read(&piece);
    if (status == Source::Status::kFailed) return Coded::kFailed;
    const Flush flush = status == Source::Status::kEnd ? Flush::kFinish : Flush::kNone;
    if (!encoder->Encode(piece, flush, bytes)) return Coded::kFailed;
    if (bytes->size() > MostWorthKeeping(size_bytes)) return Coded::kUseless;
  }
  return Coded::kMade;
}

void VariantMaker::Finish(const Job& job, Coded outcome, std::string bytes) {
  std::shared_ptr<const Variant> variant;
  if (outcome == Coded::kMade) {
    bytes.shrink_to_fit();  // it grew by doubling, and stays
    const uint64_t hash = base::HashBytes(bytes, 0);
    variant = std::make_shared<const Variant>(Variant{std::move(bytes), hash});
    made_.fetch_add(1, std::memory_order_relaxed);
  }
  const std::lock_guard lock(mutex_);
  if (outcome == Coded::kFailed) {
    store_.Forget(job.key());  // the next request tries again
  } else {
    store_.Settle(job.key(), std::move(variant));
  }
  held_bytes_.store(store_.held_bytes(), std::memory_order_relaxed);
}

}  // namespace fastserve::compress
