#include "native/server/server.h"

#include <pthread.h>
#include <signal.h>

#include <algorithm>
#include <map>
#include <system_error>

#include "native/base/check.h"

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
      disk_(options_.files.threads, options_.files.queue),
      mounts_(AdoptMounts(std::move(mounts))),
      settings_(std::make_shared<const ServerOptions>(options_)),
      log_(options_.logs),
      store_(options_.cache.bytes == 0 ? nullptr : std::make_unique<cache::Store>(options_.cache)) {
  for (uint32_t i = 0; i < options_.slots; ++i) slots_.push_back(std::make_unique<queue::WorkerSlot>());
  for (uint32_t i = 0; i < options_.io_threads; ++i) doors_.push_back(std::make_unique<queue::IoDoor>());
  listeners_.resize(options_.io_threads);
  for (const ListenOptions& listen : options_.listen) listening_.push_back(std::make_unique<Listening>(listen));
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
  disk_.Stop();
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

bool Server::OpenLog(std::string* error) { return log_.Open(error); }

// Whether there is something for the thread that codes contents: files, or answers that are kept.
bool Server::CodesAside() const {
  const bool has_stored = store_ != nullptr && options_.dynamic != nullptr;
  return has_stored || std::ranges::any_of(*mounts_, &files::Mount::compress);
}

bool Server::Start(std::string* error) {
  FASTSERVE_CHECK(!snapshots_.empty(), "a server has a route table before it starts");
  if (!MakeIoThreads(error)) return false;
  if (!StartHelpers(error)) {
    io_threads_.clear();
    return false;
  }
  return options_.direct || RunIoThreads(error);
}

// Those that the mounts and the cache of the start need.
bool Server::StartHelpers(std::string* error) {
  if (CodesAside() && !variants_.Start()) {
    *error = "cannot start the thread that compresses files and stored answers";
    return false;
  }
  if (!mounts_->empty() && !disk_.Start()) {
    *error = "cannot start the threads that wait for disks (files.threads)";
    return false;
  }
  return true;
}

bool Server::MakeIoThreads(std::string* error) {
  std::vector<queue::WorkerSlot*> slots;
  for (auto& slot : slots_) slots.push_back(slot.get());
  for (uint32_t io = 0; io < options_.io_threads; ++io) {
    io_threads_.push_back(
        std::make_unique<IoThread>(options_, io, std::move(listeners_[io]), listening_, *doors_[io], slots, log_, readiness_,
                                   observations_, quarantine_, rate_counts_, store_.get(), variants_, disk_));
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
  const std::string name = options_.thread_name + '-' + std::to_string(index);
  ::pthread_setname_np(::pthread_self(), name.c_str());
  // Signals belong to the host's main thread.
  sigset_t all;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_BLOCK, &all, nullptr);
  io_threads_[index]->Run();
  if (running_.fetch_sub(1) == 1 && ended_) ended_();
}

void Server::ListRunning(const std::shared_ptr<RunningRequests>& collected) {
  for (auto& io : io_threads_) {
    IoThread* thread = io.get();
    thread->Post([thread, collected] { collected->Add(thread->dispatcher().ListRunning(thread->now_ms())); });
  }
}

void Server::BeginLameDuck() {
  SetReady(false);
  for (auto& io : io_threads_) io->BeginLameDuck();
}

void Server::CloseConnections(bool idle_only) {
  for (auto& io : io_threads_) io->CloseConnections(idle_only);
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
  disk_.Stop();
  log_.Stop();
}

std::vector<queue::IoDoor*> Server::doors() {
  std::vector<queue::IoDoor*> doors;
  for (auto& door : doors_) doors.push_back(door.get());
  return doors;
}

}  // namespace fastserve::server
