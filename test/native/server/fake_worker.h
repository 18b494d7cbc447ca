// A worker without JavaScript: a thread that attaches to a slot, notes what comes, and answers as its test says.
#pragma once

#include <poll.h>

#include <atomic>
#include <condition_variable>
#include <cstring>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "native/net/wakeup.h"
#include "native/queue/worker_port.h"
#include "native/server/server.h"
#include "test/native/server/client.h"

namespace fastserve::server {

// A record as the worker saw it. Requests have target and body; control records kind, value and (chunks) body.
struct Seen {
  queue::RequestKind kind;
  uint32_t token, channel, flags, value;
  uint64_t body_length;
  uint16_t route;
  std::string method, target, body;
};

class FakeWorker {
 public:
  // Runs on the worker's thread for each record that is not marked as cancelled (those are dropped, as the gateway does).
  using Handler = std::function<void(FakeWorker&, const Seen&)>;

  // Attaches (as soon as the slot is free) before it returns. Without a handler requests wait for the test's Do.
  FakeWorker(Server& server, uint32_t slot, Handler handler = {}, uint32_t generation = 1)
      : server_(server),
        slot_(server.slot(slot)),
        handler_(std::move(handler)),
        generation_(generation),
        thread_([this] { Loop(); }) {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [this] { return attached_; });
  }
  ~FakeWorker() { Die(); }

  // Ends the thread and hands the slot over, as the death of a worker does.
  void Die() {
    if (!thread_.joinable()) return;
    Post([this] { ended_ = true; });
    thread_.join();
  }
  // Runs on the worker's thread, and waits for it.
  void Do(std::function<void(FakeWorker&)> task) {
    bool done = false;
    Post([&] {
      task(*this);
      port_->Flush();
      std::lock_guard<std::mutex> lock(mutex_);
      done = true;
      changed_.notify_all();
    });
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [&] { return done; });
  }

  // ---- the test's thread: what came. A record that never comes gives a token of 0 and no target. ----
  Seen AwaitRequest(const std::string& target) {
    return Await([&](const Seen& seen) { return seen.kind == queue::RequestKind::kRequest && seen.target == target; });
  }
  Seen AwaitControl(queue::RequestKind kind, uint32_t token) {
    return Await([&](const Seen& seen) { return seen.kind == kind && seen.token == token; });
  }
  bool HasSeen(const std::string& target) {
    std::lock_guard<std::mutex> lock(mutex_);
    for (const Seen& seen : seen_) {
      if (seen.target == target) return true;
    }
    return false;
  }
  size_t seen_count() {
    std::lock_guard<std::mutex> lock(mutex_);
    return seen_.size();
  }

  // ---- the worker's thread: answers ----
  void Answer(const Seen& to, uint16_t status, std::string_view fields, std::string_view body, int64_t declared = -1) {
    Write(to, queue::ResponseKind::kFull, status, fields, body, declared);
  }
  void Echo(const Seen& to) { Answer(to, 200, "", to.method + " " + to.target + " " + to.body); }
  void StartStream(const Seen& to, uint16_t status, int64_t declared = -1, std::string_view fields = "") {
    Write(to, queue::ResponseKind::kStreamStart, status, fields, "", declared);
  }
  void Chunk(const Seen& to, std::string_view bytes) { Write(to, queue::ResponseKind::kStreamChunk, 0, "", bytes, -1); }
  void EndStream(const Seen& to, bool complete = true) { Control(to, queue::ResponseKind::kStreamEnd, complete ? 1 : 0); }
  void Drop(const Seen& to) { Control(to, queue::ResponseKind::kDrop, 0); }
  void Grant(const Seen& to, uint32_t bytes) { Control(to, queue::ResponseKind::kBodyCredit, bytes); }
  // From a handler: the worker dies here, with the rest of its batch not started.
  void DieInBatch() { broken_ = ended_ = true; }
  // From a handler: the batch goes on, and the worker leaves behind it (detach in a microtask of the batch).
  void LeaveBehindBatch() { leaving_ = ended_ = true; }

 private:
  void Post(std::function<void()> task) {
    {
      std::lock_guard<std::mutex> lock(mutex_);
      tasks_.push_back(std::move(task));
    }
    tasks_bell_.Ring();
  }
  template <typename Predicate>
  Seen Await(Predicate wanted) {
    std::unique_lock<std::mutex> lock(mutex_);
    const Seen* found = nullptr;
    changed_.wait_for(lock, std::chrono::milliseconds(kNeverMs), [&] {
      for (const Seen& seen : seen_) {
        if (wanted(seen)) found = &seen;
      }
      return found != nullptr;
    });
    return found != nullptr ? *found : Seen{};
  }

  void Loop() {
    while (!slot_.Attach(generation_)) std::this_thread::yield();
    port_ = std::make_unique<queue::WorkerPort>(slot_, server_.doors(), server_.spills());
    slot_.doorbell.Ring();  // the first look at the rings parks them
    for (queue::IoDoor* door : server_.doors()) door->wakeup.Ring();
    {
      std::lock_guard<std::mutex> lock(mutex_);
      attached_ = true;
      changed_.notify_all();
    }
    while (!ended_) {
      pollfd watched[] = {{port_->doorbell(), POLLIN, 0}, {tasks_bell_.fd(), POLLIN, 0}};
      ::poll(watched, 2, -1);
      if (watched[1].revents != 0) RunTasks();
      if (watched[0].revents != 0 && !ended_) {
        port_->Run([this](uint32_t channel, uint32_t head, uint32_t tail) { return Drain(channel, head, tail); });
      }
    }
    if (!leaving_) port_->Abandon();
  }
  void RunTasks() {
    tasks_bell_.Drain();
    std::vector<std::function<void()>> tasks;
    {
      std::lock_guard<std::mutex> lock(mutex_);
      tasks.swap(tasks_);
    }
    for (auto& task : tasks) task();
  }

  uint32_t Drain(uint32_t channel, uint32_t head, uint32_t tail) {
    const uint8_t* ring = slot_.channels[channel]->shared + queue::kRequestRingOffset;
    uint32_t requests = 0;
    for (uint32_t position = head; position != tail;) {
      const uint8_t* at = ring + (position & (queue::kRequestRingBytes - 1));
      uint32_t length;
      std::memcpy(&length, at, sizeof length);
      if ((length & queue::kSkipMarker) != 0) {
        position += length & ~queue::kSkipMarker;
        continue;
      }
      position += length;
      const Seen seen = Decode(at, channel);
      if (seen.kind == queue::RequestKind::kRequest) {
        ++requests;
        auto* started = reinterpret_cast<uint32_t*>(slot_.channels[channel]->shared + queue::kStartedEndOffset);
        std::atomic_ref<uint32_t>(*started).store(position, std::memory_order_relaxed);
        if ((seen.flags & queue::kFlagCancelled) != 0) {
          Drop(seen);
          continue;
        }
      }
      Note(seen);
      if (handler_) handler_(*this, seen);
      if (broken_) return queue::WorkerPort::kDrainBroken;
    }
    if (leaving_) port_->Abandon();
    return requests;
  }

  static Seen Decode(const uint8_t* at, uint32_t channel) {
    queue::ControlRecord control{};
    std::memcpy(&control, at, offsetof(queue::ControlRecord, flags));
    std::memcpy(&control.value, at + offsetof(queue::ControlRecord, value), sizeof control.value);
    // The I/O thread may mark a record as cancelled while it is read.
    auto* flags = reinterpret_cast<uint32_t*>(const_cast<uint8_t*>(at) + offsetof(queue::ControlRecord, flags));
    control.flags = std::atomic_ref<uint32_t>(*flags).load(std::memory_order_relaxed);
    const auto* bytes = reinterpret_cast<const char*>(at);
    Seen seen{};
    seen.kind = static_cast<queue::RequestKind>(control.flags & queue::kKindMask);
    seen.token = control.token;
    seen.channel = channel;
    seen.flags = control.flags;
    if (seen.kind != queue::RequestKind::kRequest) {
      seen.value = control.value;
      if (seen.kind == queue::RequestKind::kBodyChunk) seen.body.assign(bytes + sizeof control, control.value);
      return seen;
    }
    const auto& record = *reinterpret_cast<const queue::RequestRecord*>(at);
    seen.body_length = record.body_length;
    seen.route = record.route;
    seen.method.assign(bytes + record.head_offset, record.method_length);
    seen.target.assign(bytes + record.head_offset + record.target_offset, record.target_length);
    if ((seen.flags & queue::kFlagBodyStream) == 0) seen.body.assign(bytes + record.body_offset, record.body_length);
    return seen;
  }
  void Note(const Seen& seen) {
    std::lock_guard<std::mutex> lock(mutex_);
    seen_.push_back(seen);
    if (seen.body.size() > 64) seen_.back().body.resize(64);
    changed_.notify_all();
  }

  void Write(const Seen& to, queue::ResponseKind kind, uint16_t status, std::string_view fields, std::string_view body,
             int64_t declared) {
    const bool spills = body.size() > queue::kInlineResponseBytes;
    const size_t payload = fields.size() + (spills ? 0 : body.size());
    queue::ResponseRecord* record = port_->Begin(to.channel, static_cast<uint32_t>(payload));
    record->token = to.token;
    record->kind = kind;
    record->status = status;
    record->declared_length = declared;
    record->head_length = static_cast<uint32_t>(fields.size());
    record->body_length = body.size();
    char* out = reinterpret_cast<char*>(record + 1);
    std::memcpy(out, fields.data(), fields.size());
    if (spills) {
      queue::SpillBlock* block = port_->spills().Take(body.size());
      std::memcpy(block->data(), body.data(), body.size());
      record->holder = queue::BodyHolder::kSpill;
      record->pointer = block;
    } else {
      std::memcpy(out + fields.size(), body.data(), body.size());
    }
    port_->Commit(to.channel, static_cast<uint32_t>(payload));
  }
  void Control(const Seen& to, queue::ResponseKind kind, uint64_t value) {
    queue::ResponseRecord* record = port_->Begin(to.channel, 0);
    record->token = to.token;
    record->kind = kind;
    record->body_length = value;
    port_->Commit(to.channel, 0);
  }

  Server& server_;
  queue::WorkerSlot& slot_;
  const Handler handler_;
  const uint32_t generation_;
  net::Wakeup tasks_bell_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::function<void()>> tasks_;
  std::vector<Seen> seen_;
  bool attached_ = false;
  std::unique_ptr<queue::WorkerPort> port_;  // from here on: the worker's thread only
  bool ended_ = false, broken_ = false, leaving_ = false;
  std::thread thread_;
};

// Answers every request at once with its method, target and inline content.
inline void EchoEverything(FakeWorker& worker, const Seen& seen) {
  if (seen.kind == queue::RequestKind::kRequest) worker.Echo(seen);
}

}  // namespace fastserve::server
