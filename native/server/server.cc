#include "native/server/server.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <system_error>

#include "native/base/check.h"
#include "native/base/clock.h"

namespace fastserve::server {

namespace {

struct Registry {
  std::mutex mutex;
  std::map<uint32_t, std::weak_ptr<Server>> servers;
  uint32_t next_id = 1;
};

// Never destroyed: worker threads may look servers up while the process ends.
Registry& registry() {
  static auto* instance = new Registry;
  return *instance;
}

std::unique_ptr<Listening> ListeningOf(const ListenOptions& options) {
  auto listening = std::make_unique<Listening>();
  listening->secure = options.secure;
  listening->proxied = options.address.proxy_protocol;
  listening->redirects = options.redirects;
  return listening;
}

std::vector<files::Mount> WithMaker(std::vector<files::Mount> mounts, compress::VariantMaker* maker) {
  const auto link = [maker](files::Mount& mount) { mount.maker = mount.compress ? maker : nullptr; };
  for (files::Mount& mount : mounts) {
    link(mount);
    if (mount.built != nullptr) link(*mount.built);
  }
  return mounts;
}

}  // namespace

std::shared_ptr<Server> Server::Create(ServerOptions options, std::vector<files::Mount> mounts) {
  std::shared_ptr<Server> server(new Server(std::move(options), std::move(mounts)));
  std::lock_guard<std::mutex> lock(registry().mutex);
  server->id_ = registry().next_id++;
  registry().servers[server->id_] = server;
  return server;
}

std::shared_ptr<Server> Server::Find(uint32_t id) {
  std::lock_guard<std::mutex> lock(registry().mutex);
  const auto found = registry().servers.find(id);
  return found == registry().servers.end() ? nullptr : found->second.lock();
}

Server::Server(ServerOptions options, std::vector<files::Mount> mounts)
    : options_(std::move(options)),
      variants_(options_.compress),
      mounts_(AdoptMounts(std::move(mounts))),
      settings_(std::make_shared<const ServerOptions>(options_)),
      log_(options_.log_format, options_.log_path, options_.log_own),
      store_(options_.cache.bytes == 0 ? nullptr : std::make_unique<cache::Store>(options_.cache)) {
  for (uint32_t i = 0; i < options_.slots; ++i) slots_.push_back(std::make_unique<queue::WorkerSlot>());
  for (uint32_t i = 0; i < options_.io_threads; ++i) doors_.push_back(std::make_unique<queue::IoDoor>());
  listeners_.resize(options_.io_threads);
  for (const ListenOptions& listen : options_.listen) listening_.push_back(ListeningOf(listen));
}

std::shared_ptr<const std::vector<files::Mount>> Server::AdoptMounts(std::vector<files::Mount> mounts) {
  return std::make_shared<const std::vector<files::Mount>>(WithMaker(std::move(mounts), &variants_));
}

std::shared_ptr<const ServerOptions> Server::AdoptOptions(const ServerOptions& wanted) const {
  auto options = std::make_shared<ServerOptions>(options_);
  options->trusted = wanted.trusted;
  options->hosts = wanted.hosts;
  options->limits = wanted.limits;
  options->timeouts = wanted.timeouts;
  options->hsts_line = wanted.hsts_line;
  options->gate = wanted.gate;
  options->head_policy = wanted.head_policy;
  return options;
}

Server::~Server() {
  {
    std::lock_guard<std::mutex> lock(registry().mutex);
    registry().servers.erase(id_);
  }
  if (!threads_.empty()) {
    for (auto& io : io_threads_) io->RequestStop(0);
    Join();
  }
  variants_.Stop();  // its jobs know the store
  CloseListeners();
  io_threads_.clear();
  log_.Stop();
}

bool Server::HasDoorbells(std::string* error) const {
  const bool complete = std::ranges::all_of(slots_, [](const auto& slot) { return slot->doorbell.fd() >= 0; }) &&
                        std::ranges::all_of(doors_, [](const auto& door) { return door->wakeup.fd() >= 0; });
  if (!complete) *error = "eventfd: no descriptor or memory is left";
  return complete;
}

void Server::SetSharedMemory(const std::vector<uint8_t*>& shared) {
  FASTSERVE_CHECK(shared.size() == size_t{options_.io_threads} * options_.slots, "one ring for each thread and slot");
  for (uint32_t io = 0; io < options_.io_threads; ++io) {
    for (uint32_t slot = 0; slot < options_.slots; ++slot) {
      slots_[slot]->channels.push_back(std::make_unique<queue::Channel>(shared[io * options_.slots + slot]));
    }
  }
}

bool Server::Listen(ListenError* error) {
  for (const ListenOptions& wanted : options_.listen) {
    std::vector<base::UniqueFd> descriptors;
    if (!Bind(wanted, &descriptors, error)) return false;
    listening_[addresses_.size() - 1]->port = addresses_.back().port;
    for (uint32_t io = 0; io < options_.io_threads; ++io) listeners_[io].push_back(std::move(descriptors[io]));
  }
  PointRedirects();
  return true;
}

// One descriptor for each I/O thread; the address joins addresses_.
bool Server::Bind(const ListenOptions& wanted, std::vector<base::UniqueFd>* descriptors, ListenError* error) {
  net::ListenAddress address = wanted.address;
  const bool is_unix = !address.unix_path.empty();
  const bool is_inherited = address.descriptor >= 0;
  for (uint32_t io = 0; io < options_.io_threads; ++io) {
    if ((is_unix || is_inherited) && io > 0) {
      // A unix socket cannot be bound twice, and an inherited one is what it is: all threads accept from the same one.
      descriptors->emplace_back(::fcntl(descriptors->front().get(), F_DUPFD_CLOEXEC, 0));
      if (descriptors->back().valid()) continue;
      *error = {errno, "dup", wanted.address};
      return false;
    }
    net::ListenResult result = net::Listen(address, io == 0, true);
    if (!result.fd.valid()) {
      *error = {result.error, result.step, wanted.address};
      return false;
    }
    if (!is_unix) address.port = result.port;
    descriptors->push_back(std::move(result.fd));
  }
  if (is_inherited) address = net::AddressOf(address.descriptor);
  BoundAddress bound{address.host, address.unix_path, address.port, wanted.secure};
  struct stat file {};
  // The file of an inherited socket is its maker's.
  if (is_unix && ::lstat(address.unix_path.c_str(), &file) == 0) {
    bound.device = file.st_dev;
    bound.inode = file.st_ino;
  }
  addresses_.push_back(std::move(bound));
  return true;
}

bool Server::AddListener(const ListenOptions& wanted, ListenError* error) {
  std::vector<base::UniqueFd> descriptors;
  if (!Bind(wanted, &descriptors, error)) return false;
  unopened_.emplace(static_cast<uint32_t>(listening_.size()), std::move(descriptors));
  listening_.push_back(ListeningOf(wanted));
  listening_.back()->port = addresses_.back().port;
  PointRedirects();
  return true;
}

void Server::OpenListener(uint32_t listener) {
  const auto found = unopened_.find(listener);
  if (found == unopened_.end()) return;
  for (uint32_t io = 0; io < io_threads_.size(); ++io) {
    io_threads_[io]->AddListener(std::move(found->second[io]), *listening_[listener]);
  }
  unopened_.erase(found);
}

void Server::RemoveListener(uint32_t listener) {
  if (listener >= addresses_.size() || !addresses_[listener].open) return;
  RemoveSocketFile(addresses_[listener]);
  addresses_[listener].open = false;
  PointRedirects();
  if (unopened_.erase(listener) > 0) return;
  for (auto& io : io_threads_) io->RemoveListener(*listening_[listener]);
}

void Server::ListRunning(const std::shared_ptr<RunningRequests>& collected) {
  for (auto& io : io_threads_) {
    IoThread* thread = io.get();
    thread->Post([thread, collected] { collected->Add(thread->dispatcher().ListRunning(thread->now_ms())); });
  }
}

std::vector<RouteStep> Server::PlanRoute(http::Method method, std::string_view host, std::string_view path) const {
  return server::PlanRoute(*snapshots_.back(), *settings_, method, host, path);
}

void Server::BeginLameDuck() {
  SetReady(false);
  for (auto& io : io_threads_) io->BeginLameDuck();
}

// To the first secure listener, whose port is known only now.
void Server::PointRedirects() {
  for (const BoundAddress& target : addresses_) {
    if (!target.secure || !target.open) continue;
    for (auto& listening : listening_) listening->https_port.store(target.port, std::memory_order_relaxed);
    return;
  }
}

bool Server::SetTls(uint32_t listener, tls::ContextOptions options, std::string* error) {
  FASTSERVE_CHECK(IsSecure(listener), "certificates for a listener without TLS");
  options.listener = listener;
  std::shared_ptr<const tls::Context> context = tls::Context::Create(options, ticket_keys_, error);
  if (context == nullptr) return false;
  listening_[listener]->tls.Set(std::move(context));
  return true;
}

bool Server::HasTls() const {
  for (const auto& listening : listening_) {
    if (listening->secure && listening->tls.Get() == nullptr) return false;
  }
  return true;
}

bool Server::OpenLog(std::string* error) { return log_.Open(error); }

void Server::Publish(std::unique_ptr<Snapshot> snapshot) {
  if (snapshot->mounts != nullptr) mounts_ = snapshot->mounts;
  if (snapshot->options != nullptr) settings_ = snapshot->options;
  snapshot->mounts = mounts_;
  snapshot->options = settings_;
  snapshot->has_internal_mounts = std::ranges::any_of(*mounts_, &files::Mount::internal);
  snapshot->serial = ++last_serial_;
  snapshot->workers.resize(std::max<size_t>(1, options_.pools.size()));
  for (size_t pool = 0; pool < snapshot->workers.size(); ++pool) {
    uint32_t& workers = snapshot->workers[pool];
    if (workers == 0) workers = options_.pools.empty() ? options_.slots : options_.pools[pool].slots;
  }
  FreeUnusedSnapshots();
  snapshots_.push_back(std::move(snapshot));
  // Without its thread files go as they are.
  if (!io_threads_.empty() && CodesAside()) static_cast<void>(variants_.Start());
  for (auto& io : io_threads_) io->Publish(snapshots_.back().get());
  // An idle thread may hold requests that wait for the generation that comes with this snapshot.
  for (auto& door : doors_) door->wakeup.Ring();
}

std::vector<std::shared_ptr<RouteGate>> Server::GatesFor(const route::Specification& specification) {
  std::vector<std::shared_ptr<RouteGate>> gates;
  for (const route::RouteSpec& route : specification.routes) {
    if (route.policy == nullptr || route.policy->concurrency == 0) continue;
    if (gates.size() <= route.route_id) gates.resize(route.route_id + size_t{1});
    gates[route.route_id] = gates_.Of(std::to_string(route.methods) + ' ' + route.pattern, route.policy->concurrency);
  }
  return gates;
}

// An I/O thread never goes back to an older snapshot than the one that its last turn ended with.
void Server::FreeUnusedSnapshots() {
  if (io_threads_.empty()) return;
  uint64_t oldest_used = last_serial_;
  for (const auto& io : io_threads_) oldest_used = std::min(oldest_used, io->settled_serial());
  std::erase_if(snapshots_, [oldest_used](const auto& snapshot) { return snapshot->serial < oldest_used; });
}

// Whether there is something for the thread that codes contents: files, or answers that are kept.
bool Server::CodesAside() const {
  const bool has_stored = store_ != nullptr && options_.dynamic != nullptr;
  return has_stored || std::ranges::any_of(*mounts_, &files::Mount::compress);
}

bool Server::Start(std::string* error) {
  FASTSERVE_CHECK(!snapshots_.empty(), "a server has a route table before it starts");
  if (!MakeIoThreads(error)) return false;
  if (CodesAside() && !variants_.Start()) {
    *error = "cannot start the thread that compresses files and stored answers";
    io_threads_.clear();
    return false;
  }
  return options_.direct || RunIoThreads(error);
}

bool Server::MakeIoThreads(std::string* error) {
  std::vector<queue::WorkerSlot*> slots;
  for (auto& slot : slots_) slots.push_back(slot.get());
  for (uint32_t io = 0; io < options_.io_threads; ++io) {
    io_threads_.push_back(
        std::make_unique<IoThread>(options_, io, std::move(listeners_[io]), listening_, *doors_[io], slots, log_, readiness_,
                                   observations_, quarantine_, store_.get(), variants_));
    if (!io_threads_.back()->watches_all()) {
      *error = "epoll: no descriptor or memory is left";
      io_threads_.clear();
      return false;
    }
    io_threads_.back()->Publish(snapshots_.back().get());
  }
  return true;
}

bool Server::RunIoThreads(std::string* error) {
  running_.store(options_.io_threads);
  try {
    for (uint32_t io = 0; io < options_.io_threads; ++io) threads_.emplace_back([this, io] { ThreadBody(io); });
    return true;
  } catch (const std::system_error& failure) {
    *error = "cannot start an I/O thread: " + failure.code().message();
  }
  for (auto& io : io_threads_) io->RequestStop(0);
  Join();
  io_threads_.clear();
  return false;
}

void Server::ThreadBody(uint32_t index) {
  const std::string name = "fs-io-" + std::to_string(index);
  ::pthread_setname_np(::pthread_self(), name.c_str());
  // Signals belong to the host's main thread.
  sigset_t all;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_BLOCK, &all, nullptr);
  io_threads_[index]->Run();
  if (running_.fetch_sub(1) == 1 && ended_) ended_();
}

void Server::RequestStop(int64_t grace_ms, std::function<void()> ended) {
  ended_ = std::move(ended);
  RemoveSocketFiles();
  for (auto& io : io_threads_) io->RequestStop(grace_ms);
}

void Server::HurryStop(int64_t grace_ms) {
  for (auto& io : io_threads_) io->RequestStop(grace_ms);
}

void Server::Join() {
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
  threads_.clear();
  variants_.Stop();
  log_.Stop();
}

// Nobody can connect any more: the paths are free for the next server.
void Server::RemoveSocketFiles() {
  for (BoundAddress& bound : addresses_) RemoveSocketFile(bound);
}

// A file that somebody else has put there stays.
void Server::RemoveSocketFile(BoundAddress& bound) {
  struct stat file {};
  if (bound.unix_path.empty() || bound.inode == 0 || ::lstat(bound.unix_path.c_str(), &file) != 0) return;
  if (file.st_dev == bound.device && file.st_ino == bound.inode) ::unlink(bound.unix_path.c_str());
  bound.inode = 0;
}

void Server::CloseListeners() {
  RemoveSocketFiles();
  unopened_.clear();
  for (auto& listeners : listeners_) listeners.clear();
}

std::vector<queue::IoDoor*> Server::doors() {
  std::vector<queue::IoDoor*> doors;
  for (auto& door : doors_) doors.push_back(door.get());
  return doors;
}

Totals Server::ReadTotals() const {
  Totals totals;
  for (const auto& io : io_threads_) {
    const Counters& c = io->counters();
    totals.connections_accepted += c.connections_accepted.Read();
    totals.connections_open += c.connections_open.Read();
    totals.requests += c.requests.Read();
    totals.requests_to_workers += c.requests_to_workers.Read();
    totals.queued += c.queued.Read();
    totals.in_flight += c.in_flight.Read();
    totals.redispatched += c.redispatched.Read();
    totals.rejected_queue_full += c.rejected_queue_full.Read();
    totals.timed_out += c.timed_out.Read();
    totals.replayed += c.replayed.Read();
    totals.quarantined += c.quarantined.Read();
    totals.denied += c.denied.Read();
    totals.rate_limited += c.rate_limited.Read();
    totals.rate_limited_dry += c.rate_limited_dry.Read();
    totals.delayed += c.delayed.Read();
    totals.verifications += c.verifications.Read();
    totals.concurrency_limited += c.concurrency_limited.Read();
    totals.connections_refused += c.connections_refused.Read();
    totals.worker_wakes += c.worker_wakes.Read();
    totals.turns += c.turns.Read();
    totals.accept_pauses += c.accept_pauses.Read();
    totals.parse_errors += c.parse_errors.Read();
    totals.cache_hits += c.cache_hits.Read();
    totals.cache_coded += c.cache_coded.Read();
    totals.cache_stale += c.cache_stale.Read();
    totals.cache_misses += c.cache_misses.Read();
    totals.cache_waits += c.cache_waits.Read();
    totals.requests_proxied += c.requests_proxied.Read();
    totals.proxy_failures += c.proxy_failures.Read();
    totals.tls_handshakes += c.tls_handshakes.Read();
    totals.tls_resumed += c.tls_resumed.Read();
    totals.tls_failures += c.tls_failures.Read();
  }
  for (const auto& door : doors_) totals.io_wakes += door->rings.load(std::memory_order_relaxed);
  totals.log_lines_dropped = log_.dropped_lines();
  if (store_ != nullptr) totals.cache = store_->ReadTotals();
  totals.variants_made = variants_.made();
  totals.variant_bytes = variants_.held_bytes();
  for (uint32_t i = 0; i < slots_.size(); ++i) {
    Totals::Worker worker{slots_[i]->state.load(std::memory_order_relaxed),
                          slots_[i]->generation.load(std::memory_order_relaxed), 0, 0, 0,
                          slots_[i]->epoch.load(std::memory_order_relaxed), slots_[i]->precedence.WorkerCpuMs()};
    for (const auto& io : io_threads_) {
      const Dispatcher::LaneStats lane = static_cast<const IoThread&>(*io).dispatcher().lane_stats(i);
      worker.in_flight += lane.in_flight;
      worker.started += lane.started;
      worker.answered += lane.answered;
    }
    totals.workers.push_back(worker);
  }
  totals.pools = ReadPools();
  return totals;
}

void Server::CountWorkers(Totals::Pool* pool) const {
  for (uint32_t slot = pool->first_slot; slot < pool->first_slot + pool->slots; ++slot) {
    if (slots_[slot]->state.load(std::memory_order_relaxed) != queue::SlotState::kAttached) continue;
    ++pool->workers;
    const bool busy = std::ranges::any_of(io_threads_, [slot](const auto& io) {
      return static_cast<const IoThread&>(*io).dispatcher().lane_stats(slot).in_flight > 0;
    });
    if (busy) ++pool->busy;
  }
}

std::vector<Totals::Pool> Server::ReadPools() const {
  std::vector<Totals::Pool> pools;
  uint32_t first = 0;
  for (const PoolOptions& options : options_.pools) {
    Totals::Pool pool{options.name, first, options.slots, 0, 0, 0, 0, 0, 0, 0};
    CountWorkers(&pool);
    int64_t oldest_ms = 0;
    for (const auto& io : io_threads_) {
      const Dispatcher::PoolStats stats =
          static_cast<const IoThread&>(*io).dispatcher().pool_stats(static_cast<uint32_t>(pools.size()));
      pool.waiting += stats.waiting;
      pool.waited += stats.waited;
      pool.waited_ms += stats.waited_ms;
      pool.rejected += stats.rejected;
      if (stats.oldest_ms != 0) oldest_ms = oldest_ms == 0 ? stats.oldest_ms : std::min(oldest_ms, stats.oldest_ms);
    }
    if (oldest_ms != 0) pool.oldest_wait_ms = std::max<int64_t>(0, base::MonotonicMs() - oldest_ms);
    first += options.slots;
    pools.push_back(std::move(pool));
  }
  return pools;
}

MetricsTotals Server::ReadMetrics() const {
  MetricsTotals totals;
  for (uint16_t series = 0; series < observe::kMaxSeries; ++series) {
    observe::SeriesTotal total;
    bool counted = false;
    for (const auto& io : io_threads_) {
      const observe::Series* found = io->metrics() == nullptr ? nullptr : io->metrics()->Find(series);
      if (found == nullptr) continue;
      total.Add(*found);
      counted = true;
    }
    if (!counted) continue;
    total.series = series;
    total.name = series < observe::kFirstRouteSeries ? std::string(AnsweredByName(static_cast<AnsweredBy>(series)))
                                                     : observations_.names.NameOf(series);
    totals.series.push_back(std::move(total));
  }
  for (const auto& io : io_threads_) {
    if (io->metrics() != nullptr) totals.queue_wait.Add(io->metrics()->queue_wait());
  }
  return totals;
}

}  // namespace fastserve::server
