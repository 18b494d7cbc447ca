#include "native/addon/worker/thread_stack.h"

#include <dlfcn.h>

#include <map>
#include <sstream>
#include <utility>

namespace fastserve::addon {

namespace {

// Static functions of V8's public classes, in the C++ ABI's terms: pointers in, pointers out.
struct Engine {
  void* (*current)() = nullptr;
  void (*interrupt)(void* isolate, void (*callback)(void* isolate, void* data), void* data) = nullptr;
  void (*print)(void* isolate, std::ostream& out) = nullptr;
  // Since V8 13: with a choice of frames, nullptr for all.
  void (*print_chosen)(void* isolate, std::ostream& out, void* choice) = nullptr;

  bool complete() const { return current != nullptr && interrupt != nullptr && (print != nullptr || print_chosen != nullptr); }
};

template <typename Function>
void Find(const char* name, Function* function) {
  *function = reinterpret_cast<Function>(::dlsym(RTLD_DEFAULT, name));
}

const Engine& TheEngine() {
  static const Engine engine = [] {
    Engine found;
    Find("_ZN2v87Isolate10GetCurrentEv", &found.current);
    Find("_ZN2v87Isolate16RequestInterruptEPFvPS0_PvES2_", &found.interrupt);
    Find("_ZN2v87Message22PrintCurrentStackTraceEPNS_7IsolateERSo", &found.print);
    Find("_ZN2v87Message22PrintCurrentStackTraceEPNS_7IsolateERSoPFbS2_NS_5LocalINS_6StringEEEE", &found.print_chosen);
    return found;
  }();
  return engine;
}

// Guards the map, and with it the isolates of the threads in it: one leaves before its isolate goes.
struct Registry {
  std::mutex mutex;
  std::map<std::pair<uint32_t, uint32_t>, std::shared_ptr<ThreadStack>> stacks;

  // nullptr when nobody is attached. The mutex is held.
  ThreadStack* Find(uint32_t server_id, uint32_t slot) {
    const auto found = stacks.find({server_id, slot});
    return found == stacks.end() ? nullptr : found->second.get();
  }
};

Registry& TheRegistry() {
  static Registry registry;
  return registry;
}

}  // namespace

ThreadStack::ThreadStack(void* isolate) : isolate_(isolate), thread_(net::CurrentThread()), clock_(net::CurrentCpuClock()) {}

std::shared_ptr<ThreadStack> ThreadStack::OfThisThread() {
  // Held by the thread beyond its isolate: an interrupt that is never delivered leaves no dangling pointer.
  static thread_local std::shared_ptr<ThreadStack> own;
  const Engine& engine = TheEngine();
  if (!engine.complete()) return nullptr;
  void* isolate = engine.current();
  if (own == nullptr) own.reset(new ThreadStack(isolate));
  return own;
}

void ThreadStack::Request() {
  {
    const std::lock_guard lock(mutex_);
    if (requested_) return;
    requested_ = true;
    taken_ = false;
    cpu_ms_at_request_ = net::CpuMs(clock_);
  }
  TheEngine().interrupt(isolate_, &OnInterrupt, this);
}

bool ThreadStack::Take(std::string* frames) {
  const std::lock_guard lock(mutex_);
  if (!taken_) return false;
  taken_ = false;
  *frames = std::move(frames_);
  return true;
}

bool ThreadStack::WaitsForCore() {
  // What has run for so long without a loop edge or a call is native code.
  static constexpr int64_t kAnswerMs = 20;
  const std::lock_guard lock(mutex_);
  return requested_ && net::CpuMs(clock_) - cpu_ms_at_request_ < kAnswerMs && net::IsRunnable(thread_);
}

// On the worker's thread, inside what it does.
void ThreadStack::OnInterrupt(void* isolate, void* self) {
  auto* stack = static_cast<ThreadStack*>(self);
  std::ostringstream out;
  const Engine& engine = TheEngine();
  if (engine.print != nullptr) {
    engine.print(isolate, out);
  } else {
    engine.print_chosen(isolate, out, nullptr);
  }
  const std::lock_guard lock(stack->mutex_);
  stack->requested_ = false;
  stack->taken_ = true;
  stack->frames_ = std::move(out).str();
}

void EnterStack(uint32_t server_id, uint32_t slot) {
  std::shared_ptr<ThreadStack> stack = ThreadStack::OfThisThread();
  if (stack == nullptr) return;
  Registry& registry = TheRegistry();
  const std::lock_guard lock(registry.mutex);
  registry.stacks[{server_id, slot}] = std::move(stack);
}

void LeaveStack(uint32_t server_id, uint32_t slot) {
  Registry& registry = TheRegistry();
  const std::lock_guard lock(registry.mutex);
  registry.stacks.erase({server_id, slot});
}

bool RequestStack(uint32_t server_id, uint32_t slot) {
  Registry& registry = TheRegistry();
  const std::lock_guard lock(registry.mutex);
  ThreadStack* const stack = registry.Find(server_id, slot);
  if (stack != nullptr) stack->Request();
  return stack != nullptr;
}

bool TakeStack(uint32_t server_id, uint32_t slot, std::string* frames) {
  Registry& registry = TheRegistry();
  const std::lock_guard lock(registry.mutex);
  ThreadStack* const stack = registry.Find(server_id, slot);
  return stack != nullptr && stack->Take(frames);
}

bool StackWaitsForCore(uint32_t server_id, uint32_t slot) {
  Registry& registry = TheRegistry();
  const std::lock_guard lock(registry.mutex);
  ThreadStack* const stack = registry.Find(server_id, slot);
  return stack != nullptr && stack->WaitsForCore();
}

}  // namespace fastserve::addon
