// Codes contents on a thread of its own and keeps the results for all I/O threads.
//
//   I/O threads                                  helper thread (fs-compress, nice 19)
//   Find ──── short lock ──► VariantStore ◄───── Settle, Forget
//   Request ─ short lock ──► jobs ─ TakeJob ───► Source → Encoder → Variant
//   Code ──── short lock ──► jobs ─ TakeJob ───► Source → Encoder → FormReceiver
//
// DESIGN: nobody waits for a coding. A request that finds no variant asks for one and is answered with what is there; a
// later one finds it. Everything under the lock is a look into a table or a move of pointers: contents are read, coded
// and hashed outside of it. An I/O thread holds what it has found by its own reference and asks no more, so that a
// warm file costs no lock at all.
//
// Invariants: M1 each pending entry of the store has exactly one job without a receiver, waiting or running.
//             M2 at most kMaxJobs wait; a request beyond is refused and comes again with the next one.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "native/compress/policy.h"
#include "native/compress/source.h"
#include "native/compress/variant_store.h"

namespace fastserve::compress {

// What became of a job.
enum class Coded : uint8_t { kMade, kUseless /* it saves nothing */, kFailed };

// Whose form is not kept in the maker's store. Called on the helper thread, once; where the job is dropped, never.
class FormReceiver {
 public:
  virtual ~FormReceiver() = default;
  // `bytes`: the form, after kMade.
  virtual void Take(Coded outcome, std::string bytes) = 0;
};

class VariantMaker {
 public:
  static constexpr size_t kMaxJobs = 128;  // each may hold a descriptor

  // Takes those of policy.codings that the process can encode.
  explicit VariantMaker(Policy policy);
  VariantMaker(const VariantMaker&) = delete;
  VariantMaker& operator=(const VariantMaker&) = delete;
  ~VariantMaker();  // Stops.

  // ---- the thread that made it ----
  // Starts the helper thread; harmless when it runs. False when the system has no thread left; nothing is made then.
  [[nodiscard]] bool Start();
  // Ends it after the piece that it is at and drops the jobs that wait. Harmless when repeated.
  void Stop();

  // ---- any thread ----
  const Policy& policy() const { return policy_; }
  VariantStore::Found Find(const VariantKey& key);
  // Has the variant made, unless something is known about it already. False when it is not going to be: too much waits,
  // or the thread does not run.
  bool Request(const VariantKey& key, std::unique_ptr<Source> source);
  // Codes a content for somebody else, at the policy's level for `coding`. False as above: `receiver` is dropped then.
  bool Code(http::Coding coding, std::unique_ptr<Source> source, std::unique_ptr<FormReceiver> receiver);
  // Variants made since the start, without those of Code.
  uint64_t made() const { return made_.load(std::memory_order_relaxed); }
  // Of the variants that are kept, with what keeping them and knowing of others costs.
  size_t held_bytes() const { return held_bytes_.load(std::memory_order_relaxed); }

 private:
  struct Job {
    std::string source_name;
    http::Coding coding;
    std::unique_ptr<Source> source;
    std::unique_ptr<FormReceiver> receiver;  // null: the form goes into the store
    VariantKey key() const { return {source_name, coding}; }
  };

  void Run();
  bool TakeJob(Job* job);
  Coded Encode(Job& job, std::string* bytes) const;
  void Finish(const Job& job, Coded outcome, std::string bytes);

  const Policy policy_;
  std::atomic<bool> stopping_{false};  // relaxed: set under the lock for the waiter; a running job only looks
  std::atomic<uint64_t> made_{0};         // relaxed, as held_bytes_: statistics that publish nothing
  std::atomic<size_t> held_bytes_{0};

  std::mutex mutex_;              // guards the next block
  std::condition_variable work_;  // notified when jobs_ stops being empty, and to stop
  VariantStore store_;
  std::deque<Job> jobs_;
  bool running_ = false;

  std::thread thread_;
};

}  // namespace fastserve::compress
