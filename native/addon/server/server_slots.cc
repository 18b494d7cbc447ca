// Workers' slots as ServerObject has them: what the supervisor asks of a worker without its JavaScript.
#include "native/addon/server/server_object.h"

namespace fastserve::addon {

queue::WorkerSlot& ServerObject::SlotOf(const Napi::CallbackInfo& info) {
  if (!server_) throw Napi::Error::New(info.Env(), "the server has stopped");
  const uint32_t slot = info[0].IsNumber() ? info[0].As<Napi::Number>().Uint32Value() : ~0u;
  if (slot >= server_->options().slots) throw Napi::RangeError::New(info.Env(), "no such slot");
  return server_->slot(slot);
}

void ServerObject::DrainSlot(const Napi::CallbackInfo& info) {
  SlotOf(info).draining.store(true, std::memory_order_relaxed);
}

// True when the worker's event loop has turned since the last probe (or nobody is attached); then asks again.
Napi::Value ServerObject::ProbeSlot(const Napi::CallbackInfo& info) {
  if (!server_) return Napi::Boolean::New(info.Env(), true);
  queue::WorkerSlot& slot = SlotOf(info);
  const bool attached = slot.state.load(std::memory_order_acquire) == queue::SlotState::kAttached;
  const bool answered = slot.probe_answers.load(std::memory_order_relaxed) == slot.probes.load(std::memory_order_relaxed);
  if (attached && answered) {
    slot.probes.fetch_add(1, std::memory_order_relaxed);
    slot.doorbell.Ring();
  }
  return Napi::Boolean::New(info.Env(), !attached || answered);
}

// Whether the answers of the slot's worker cannot be read any more (Q13).
Napi::Value ServerObject::Broken(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(), server_ && SlotOf(info).broken.load(std::memory_order_relaxed));
}

// How often a request inside the slot's worker was found past its limit, ever.
Napi::Value ServerObject::Overdue(const Napi::CallbackInfo& info) {
  if (!server_) return Napi::Number::New(info.Env(), 0);
  return Napi::Number::New(info.Env(), SlotOf(info).overdue.load(std::memory_order_relaxed));
}

}  // namespace fastserve::addon
