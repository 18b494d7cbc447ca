// One server: its listeners, I/O threads, worker slots and settings. The core behind the addon; no N-API here.
//
// Ownership: held by shared_ptr from the addon object that made it and from every attached worker port, so that a worker
// which outlives its server's JavaScript object still has memory to write to. Found by id from other isolates.
#pragma once

#include <sys/types.h>

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "native/compress/variant_maker.h"
#include "native/files/disk/disk_pool.h"
#include "native/files/mount.h"
#include "native/queue/worker_port.h"
#include "native/server/dispatch/running_request.h"
#include "native/server/io_thread.h"
#include "native/server/lanes/route_plan.h"
#include "native/server/options.h"
#include "native/server/snapshot.h"

namespace fastserve::server {

struct BoundAddress {
  std::string host, unix_path;
  uint16_t port = 0;
  bool secure = false;
  bool open = true;   // false once the listener was removed
  dev_t device = 0;   // of the socket file: only ours is removed
  ino_t inode = 0;
};

struct ListenError {
  int error = 0;
  std::string step;
  net::ListenAddress address;
};

// Sums over the I/O threads.
struct Totals {
  uint64_t connections_accepted = 0, connections_open = 0, requests = 0, requests_to_workers = 0, requests_proxied = 0, proxy_failures = 0, queued = 0,
           in_flight = 0, redispatched = 0, rejected_queue_full = 0, timed_out = 0, deadlines_passed = 0, replayed = 0, quarantined = 0, denied = 0,
           rate_limited = 0, rate_limited_dry = 0, delayed = 0, concurrency_limited = 0, concurrency_limited_dry = 0, verifications = 0, hints_sent = 0, connections_refused = 0, worker_wakes = 0, io_wakes = 0, turns = 0,
           stop_cut = 0, stop_drained = 0, accept_pauses = 0, parse_errors = 0, log_lines_dropped = 0, tls_handshakes = 0, tls_resumed = 0, tls_failures = 0,
           variants_made = 0, variant_bytes = 0, cache_hits = 0, cache_coded = 0, cache_stale = 0, cache_misses = 0, cache_waits = 0,
           file_waits = 0, file_refusals = 0;
  cache::StoreTotals cache;
  struct Worker {
    queue::SlotState state;
    uint32_t generation;  // of its last worker; 0: it never had one
    uint32_t in_flight;
    uint64_t started, answered;
    uint32_t starts;      // workers that were attached so far
    int64_t cpu_ms;       // of the one that is; -1: unknown
  };
  std::vector<Worker> workers;
  struct Pool {
    std::string name;
    uint32_t first_slot, slots;
    uint32_t workers, busy;   // that are there; that have requests
    uint32_t waiting;         // in its lines
    int64_t oldest_wait_ms;   // of those; 0: nobody waits
    uint64_t waited, waited_ms, rejected;  // as Dispatcher::PoolStats
  };
  std::vector<Pool> pools;
};

// Sums over the I/O threads.
struct MetricsTotals {
  std::vector<observe::SeriesTotal> series;  // those that counted something, by number
  observe::LatencyTotal queue_wait;
};

class Server : public std::enable_shared_from_this<Server> {
 public:
  // Registers the server under a new id.
  static std::shared_ptr<Server> Create(ServerOptions options, std::vector<files::Mount> mounts);
  // nullptr when it has ended. Any thread.
  static std::shared_ptr<Server> Find(uint32_t id);
  ~Server();

  uint32_t id() const { return id_; }
  const ServerOptions& options() const { return options_; }

  // ---- the thread that made it; in this order ----

  // Whether there were descriptors for the eventfds that wake threads. False with a message: the server is of no use.
  bool HasDoorbells(std::string* error) const;
  // `shared`: for each I/O thread and slot (index thread * slots + slot) queue::kSharedBytes that outlive the server.
  void SetSharedMemory(const std::vector<uint8_t*>& shared);
  bool Listen(ListenError* error);
  // By number of the listener: its place in options().listen, then those that AddListener brought.
  const std::vector<BoundAddress>& addresses() const { return addresses_; }
  bool IsSecure(uint32_t listener) const { return listener < listening_.size() && listening_[listener]->secure; }
  // Certificates for a secure listener, before Start and at any time later: handshakes that begin from now on use them. False
  // with a text when they cannot be used; the old ones then stay.
  bool SetTls(uint32_t listener, tls::ContextOptions options, std::string* error);
  // Whether every secure listener has certificates.
  bool HasTls() const;
  // Opens the access log. False with a message.
  bool OpenLog(std::string* error);
  // Replaces what requests are routed by; requests that were routed before and wait for a worker go to the new generation's
  // (Dispatcher). May be called while serving. A snapshot that no I/O thread uses any more is freed by the next call.
  // Without mounts or options in the snapshot those of the last one stay.
  void Publish(std::unique_ptr<Snapshot> snapshot);
  // For a snapshot to come: the gates of routes that limit how many of their requests are under way, by route id.
  std::vector<std::shared_ptr<RouteGate>> GatesFor(const route::Specification& specification);
  // For a snapshot to come: mounts that code with this server's maker.
  std::shared_ptr<const std::vector<files::Mount>> AdoptMounts(std::vector<files::Mount> mounts);
  // For a snapshot to come: the options of the start with what `wanted` says about that which may change while serving (hosts,
  // trusted peers, limits and the gate, timeouts, fields of every answer).
  std::shared_ptr<const ServerOptions> AdoptOptions(const ServerOptions& wanted) const;
  // Starts the I/O threads (in direct mode: only makes the one that the host turns). False with a message when the kernel has
  // no descriptor or thread left for them: then none runs.
  bool Start(std::string* error);
  // Binds one more address: clients wait in its backlog until OpenListener. False with *error. Its number is the last one of
  // addresses(). After Start.
  bool AddListener(const ListenOptions& wanted, ListenError* error);
  // Lets the I/O threads accept from it. A secure one has its certificates by now.
  void OpenListener(uint32_t listener);
  // Closes a listener, also one that was not opened yet. Connections that it brought stay. Harmless when repeated.
  void RemoveListener(uint32_t listener);
  // Has every I/O thread list the requests that its workers have, in its next turn.
  void ListRunning(const std::shared_ptr<RunningRequests>& collected);
  // What the snapshot that was published last makes of a request. After Publish.
  std::vector<RouteStep> PlanRoute(http::Method method, std::string_view host, std::string_view path) const;
  // Every I/O thread ends its connections in its next turn: those between two requests, or all.
  void CloseConnections(bool idle_only);
  // Not ready any more, and answers say Connection: close from now on, so that clients go before the stop.
  void BeginLameDuck();
  // Asks the I/O threads to end; `ended` runs on the last of them. Once.
  void RequestStop(int64_t grace_ms, std::function<void()> ended);
  // Gives those that stop this much time from now instead.
  void HurryStop(int64_t grace_ms);
  // Waits for the threads. After RequestStop.
  void Join();
  // Gives the addresses back when the server was never started.
  void CloseListeners();

  // ---- any thread ----
  Totals ReadTotals() const;
  // Whether load balancers shall send clients here, as readiness probes tell them (health.h). True at first.
  void SetReady(bool ready) { readiness_.wanted.store(ready, std::memory_order_relaxed); }
  // What its pools have to do: a few loads, so it may be asked often.
  std::vector<Totals::Pool> ReadPools() const;
  // Metrics and traces of what was answered so far; empty when they are off.
  MetricsTotals ReadMetrics() const;
  Observations& observations() { return observations_; }
  // Opens the file of the access log again, after it was moved away: lines of answers that end from now on go to the new one.
  void ReopenLog() { log_.Reopen(); }

  // What limits of single views have counted: the same for I/O threads and workers.
  RateCounts& rate_counts() { return rate_counts_; }

  // Forgets stored answers, in effect on all I/O threads when it returns. Returns how many there were.
  size_t Forget(const cache::Purge& purge) { return store_ == nullptr ? 0 : store_->Forget(purge); }
  // For fragments of templates. Null: nothing is stored.
  cache::Store* store() { return store_.get(); }

  // ---- a worker's thread ----
  queue::WorkerSlot& slot(uint32_t index) { return *slots_[index]; }
  std::vector<queue::IoDoor*> doors();
  queue::SpillPool& spills() { return spills_; }

  // Waits for the disks of files. Any thread.
  files::DiskPool& disk() { return disk_; }

  // Direct mode only.
  IoThread& direct_thread() { return *io_threads_[0]; }
  const std::shared_ptr<const std::vector<files::Mount>>& mounts() const { return mounts_; }

 private:
  Server(ServerOptions options, std::vector<files::Mount> mounts);
  bool MakeIoThreads(std::string* error);
  bool RunIoThreads(std::string* error);
  void ThreadBody(uint32_t index);
  bool Bind(const ListenOptions& wanted, std::vector<base::UniqueFd>* descriptors, ListenError* error);
  void RemoveSocketFile(BoundAddress& bound);
  void RemoveSocketFiles();
  void PointRedirects();
  void FreeUnusedSnapshots();
  bool CodesAside() const;
  bool StartHelpers(std::string* error);
  Totals::Worker ReadWorker(uint32_t slot) const;
  void CountWorkers(Totals::Pool* pool) const;

  const ServerOptions options_;
  compress::VariantMaker variants_;
  files::DiskPool disk_;
  std::shared_ptr<const std::vector<files::Mount>> mounts_;  // of the last snapshot; point at variants_
  std::shared_ptr<const ServerOptions> settings_;            // of the last snapshot
  uint32_t id_ = 0;
  log::AccessLog log_;
  Readiness readiness_;
  Observations observations_;
  std::unique_ptr<cache::Store> store_;  // null: nothing is stored
  queue::SpillPool spills_;
  std::vector<std::unique_ptr<queue::WorkerSlot>> slots_;
  std::vector<std::unique_ptr<queue::IoDoor>> doors_;
  Quarantine quarantine_;
  RouteGates gates_{doors_};
  RateCounts rate_counts_{options_.rate_keys};
  std::vector<std::vector<base::UniqueFd>> listeners_;  // by I/O thread
  std::vector<BoundAddress> addresses_;
  std::vector<std::unique_ptr<Listening>> listening_;  // by number of the listener
  std::map<uint32_t, std::vector<base::UniqueFd>> unopened_;  // by number: bound, one descriptor for each I/O thread
  std::shared_ptr<tls::TicketKeys> ticket_keys_ = std::make_shared<tls::TicketKeys>();
  std::vector<std::unique_ptr<const Snapshot>> snapshots_;  // oldest first
  uint64_t last_serial_ = 0;
  std::vector<std::unique_ptr<IoThread>> io_threads_;
  std::vector<std::thread> threads_;
  std::function<void()> ended_;
  std::atomic<uint32_t> running_{0};
};

}  // namespace fastserve::server
