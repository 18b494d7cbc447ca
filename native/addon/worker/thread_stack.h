// The JavaScript stack of a worker, taken from another thread while the worker runs: what it is stuck in.
//
// DESIGN: v8::Isolate::RequestInterrupt makes V8 call a function of ours on the worker's thread at its next loop edge or
// function entry, also inside a regular expression or Atomics.wait; v8::Message::PrintCurrentStackTrace writes the frames. No
// JavaScript runs meanwhile and nothing is paused, so a thread may be ended at any moment of it (ADR 0034). Node-API has
// neither, and V8's headers would bind the addon to one version: both are looked up by name in the process, and where a
// name is missing there are no stacks.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "native/net/thread_priority.h"

namespace fastserve::addon {

// One for each thread that is the worker of a slot. Any thread, but where said.
class ThreadStack {
 public:
  // The calling thread's own, which it keeps until it ends; nullptr where V8's functions are not found.
  static std::shared_ptr<ThreadStack> OfThisThread();

  // Asks the thread for its stack. The caller sees to it that the thread's environment has not ended. A second call
  // before the answer changes nothing.
  void Request();
  // Moves out what the last Request brought, as V8 writes frames: "name (url:line:column)" with "\x0a" in between. False
  // while there is nothing: the thread is in native code, or sleeps.
  bool Take(std::string* frames);
  // Whether the thread has not answered the last Request only because other threads have the cores.
  bool WaitsForCore();

 private:
  explicit ThreadStack(void* isolate);
  static void OnInterrupt(void* isolate, void* self);

  void* const isolate_;
  const net::ThreadId thread_;
  const clockid_t clock_;
  std::mutex mutex_;
  bool requested_ = false;
  bool taken_ = false;
  std::string frames_;
  int64_t cpu_ms_at_request_ = 0;
};

// Which thread is the worker of a slot: from the worker's attaching to its leaving. Any thread.
void EnterStack(uint32_t server_id, uint32_t slot);
void LeaveStack(uint32_t server_id, uint32_t slot);
// False when nobody is attached, or stacks cannot be had.
bool RequestStack(uint32_t server_id, uint32_t slot);
bool TakeStack(uint32_t server_id, uint32_t slot, std::string* frames);
// False when nobody is attached.
bool StackWaitsForCore(uint32_t server_id, uint32_t slot);

}  // namespace fastserve::addon
