// Life of the port: attaching, the event loop's handles, draining, the end. Responses: worker_port_responses.cc.
#include "native/addon/worker/worker_port_object.h"

#include <map>

#include "native/addon/returns.h"
#include "native/addon/worker/thread_stack.h"
#include "native/base/clock.h"

namespace fastserve::addon {

namespace {

// How soon to try again when a response ring was full. Rare: the I/O thread empties it in its next turn.
constexpr uint64_t kRetryMs = 1;

// Direct mode has its port in the server's own thread.
std::map<uint32_t, WorkerPortObject*>& DirectPorts() {
  static thread_local std::map<uint32_t, WorkerPortObject*> ports;
  return ports;
}

}  // namespace

WorkerPortObject* WorkerPortObject::ForDirectServer(uint32_t server_id) {
  const auto found = DirectPorts().find(server_id);
  return found == DirectPorts().end() ? nullptr : found->second;
}

napi_value WorkerPortObject::Attach(napi_env env, napi_callback_info info) {
  constexpr size_t kArguments = 5;
  size_t count = kArguments;
  napi_value arguments[kArguments];
  napi_get_cb_info(env, info, &count, arguments, nullptr, nullptr);
  uint32_t server_id = 0;
  uint32_t slot = 0;
  uint32_t generation = 0;
  const auto is_function = [env](napi_value value) {
    napi_valuetype type = napi_undefined;
    return napi_typeof(env, value, &type) == napi_ok && type == napi_function;
  };
  if (count != kArguments || napi_get_value_uint32(env, arguments[0], &server_id) != napi_ok ||
      napi_get_value_uint32(env, arguments[1], &slot) != napi_ok ||
      napi_get_value_uint32(env, arguments[2], &generation) != napi_ok || !is_function(arguments[3]) || !is_function(arguments[4])) {
    return Throw(env, "expected attach(serverId, slot, generation, drain, settle)");
  }
  std::shared_ptr<server::Server> server = server::Server::Find(server_id);
  if (!server) return Throw(env, "no such server: it has stopped");
  if (slot >= server->options().slots) return Throw(env, "no such slot");
  napi_value result;
  napi_get_null(env, &result);
  if (!server->slot(slot).Attach(generation)) return result;

  auto* port = new WorkerPortObject(env, std::move(server), slot);
  if (!port->Start(arguments[3], arguments[4])) return Throw(env, "the event loop refused to watch the doorbell");
  napi_create_object(env, &result);
  const napi_property_descriptor methods[] = {
#define FASTSERVE_METHOD(name, function) \
  {name, nullptr, &WorkerPortObject::function, nullptr, nullptr, nullptr, napi_default, port}
      FASTSERVE_METHOD("respond", Respond),         FASTSERVE_METHOD("respondStatic", RespondStatic),
      FASTSERVE_METHOD("streamStart", StreamStart), FASTSERVE_METHOD("streamWrite", StreamWrite),
      FASTSERVE_METHOD("streamEnd", StreamEnd),     FASTSERVE_METHOD("drop", Drop),
      FASTSERVE_METHOD("sendHints", SendHints),     FASTSERVE_METHOD("reportPhases", ReportPhases),
      FASTSERVE_METHOD("bodyCredit", BodyCredit),   FASTSERVE_METHOD("readRing", ReadRing),   FASTSERVE_METHOD("registerHead", RegisterHead),
      FASTSERVE_METHOD("flush", FlushNow),          FASTSERVE_METHOD("detach", Detach),
      FASTSERVE_METHOD("respondPage", RespondPage), FASTSERVE_METHOD("closeBehind", CloseBehind),
#undef FASTSERVE_METHOD
  };
  napi_define_properties(env, result, sizeof methods / sizeof methods[0], methods);
  port->MakeFrame(result);
  const auto finalize = [](napi_env, void* data, void*) {
    auto* self = static_cast<WorkerPortObject*>(data);
    self->finalized_ = true;
    if (self->closed_ && self->open_handles_ == 0) delete self;
  };
  napi_wrap(env, result, port, finalize, nullptr, nullptr);
  return result;
}

WorkerPortObject::WorkerPortObject(napi_env env, std::shared_ptr<server::Server> server, uint32_t slot)
    : env_(env), slot_(slot), server_(std::move(server)), port_(server_->slot(slot), server_->doors(), server_->spills()) {}

WorkerPortObject::~WorkerPortObject() = default;

bool WorkerPortObject::Start(napi_value drain, napi_value settle) {
  server_->slot(slot_).precedence.Adopt(server_->options().worker_nice);
  napi_create_reference(env_, drain, 1, &drain_);
  napi_create_reference(env_, settle, 1, &settle_);
  uv_loop_t* loop = nullptr;
  if (napi_get_uv_event_loop(env_, &loop) != napi_ok) return false;
  uv_poll_init(loop, &poll_, port_.doorbell());
  uv_prepare_init(loop, &prepare_);
  uv_timer_init(loop, &retry_);
  poll_.data = prepare_.data = retry_.data = this;
  open_handles_ = 3;
  uv_unref(reinterpret_cast<uv_handle_t*>(&prepare_));
  uv_unref(reinterpret_cast<uv_handle_t*>(&retry_));
  uv_prepare_start(&prepare_, &OnPrepare);
  if (server_->options().direct) {
    DirectPorts()[server_->id()] = this;
  } else {
    uv_poll_start(&poll_, UV_READABLE, &OnDoorbell);
    server_->slot(slot_).doorbell.Ring();  // the first look at the rings parks them
  }
  const auto end_of_environment = [](napi_async_cleanup_hook_handle, void* data) {
    static_cast<WorkerPortObject*>(data)->Close();
  };
  napi_add_async_cleanup_hook(env_, end_of_environment, this, &cleanup_);
  EnterStack(server_->id(), slot_);
  // The I/O threads learn of the new worker.
  for (queue::IoDoor* door : server_->doors()) door->wakeup.Ring();
  return true;
}

// Hands the slot over and closes the handles. From detach() or the environment's end; once.
void WorkerPortObject::Close() {
  if (closed_) return;
  closed_ = true;
  DirectPorts().erase(server_->id());
  // Before Abandon(): the next worker of the slot may attach at once.
  LeaveStack(server_->id(), slot_);
  server_->slot(slot_).precedence.Release();
  port_.Abandon();
  const auto closed = [](uv_handle_t* handle) { static_cast<WorkerPortObject*>(handle->data)->HandleClosed(); };
  uv_close(reinterpret_cast<uv_handle_t*>(&poll_), closed);
  uv_close(reinterpret_cast<uv_handle_t*>(&prepare_), closed);
  uv_close(reinterpret_cast<uv_handle_t*>(&retry_), closed);
}

void WorkerPortObject::MakeFrame(napi_value port) {
  void* memory = nullptr;
  napi_value buffer;
  napi_value words;
  napi_create_arraybuffer(env_, sizeof(AnswerFrame), &memory, &buffer);
  napi_create_typedarray(env_, napi_uint32_array, sizeof(AnswerFrame) / sizeof(uint32_t), buffer, 0, &words);
  napi_set_named_property(env_, port, "frame", words);
  napi_create_reference(env_, buffer, 1, &frame_memory_);
  frame_ = static_cast<const AnswerFrame*>(memory);
}

// The callbacks hold the rings and the application: in a thread that lives on they would stay for ever.
void WorkerPortObject::ForgetReferences() {
  if (frame_memory_ != nullptr) napi_delete_reference(env_, frame_memory_);
  frame_memory_ = nullptr;
  for (napi_ref* callback : {&drain_, &settle_}) {
    if (*callback != nullptr) napi_delete_reference(env_, *callback);
    *callback = nullptr;
  }
}

void WorkerPortObject::HandleClosed() {
  if (--open_handles_ > 0) return;
  if (cleanup_ != nullptr) napi_remove_async_cleanup_hook(cleanup_);
  cleanup_ = nullptr;
  server_.reset();
  if (finalized_) delete this;
}

// ---- draining -------------------------------------------------------------------------------------------------------

// One batch: JavaScript walks the records from head to tail and returns how many requests there were. Its microtasks have run when
// napi_make_callback returns, and the memory of the batch is given back after this.
uint32_t WorkerPortObject::CallDrain(uint32_t channel, uint32_t head, uint32_t tail) {
  if (drain_ == nullptr) return 0;  // detached inside an earlier batch
  napi_handle_scope scope;
  if (napi_open_handle_scope(env_, &scope) != napi_ok) return 0;
  napi_value drain;
  napi_value global;
  napi_value arguments[3];
  napi_value result = nullptr;
  napi_get_reference_value(env_, drain_, &drain);
  napi_get_global(env_, &global);
  napi_create_uint32(env_, channel, &arguments[0]);
  napi_create_uint32(env_, head, &arguments[1]);
  napi_create_uint32(env_, tail, &arguments[2]);
  uint32_t count = 0;
  const napi_status status = napi_make_callback(env_, nullptr, global, drain, 3, arguments, &result);
  if (status == napi_ok) {
    napi_get_value_uint32(env_, result, &count);
    if ((count & kDrainUndecided) != 0) CallSettle(global);
    count &= ~kDrainUndecided;
  } else if (status == napi_pending_exception) {
    // drain() itself never throws; what escapes is fatal for this worker, as any uncaught exception is.
    napi_value error;
    napi_get_and_clear_last_exception(env_, &error);
    napi_fatal_exception(env_, error);
  }
  napi_close_handle_scope(env_, scope);
  return count;
}

// No code of the application runs in it, so it needs no scope of a callback. Detached inside the batch, JavaScript settled before.
void WorkerPortObject::CallSettle(napi_value global) {
  if (settle_ == nullptr) return;
  napi_value settle;
  napi_get_reference_value(env_, settle_, &settle);
  napi_call_function(env_, global, settle, 0, nullptr, nullptr);
}

void WorkerPortObject::Run() {
  queue::Precedence& precedence = server_->slot(slot_).precedence;
  if (precedence.yields()) precedence.Return(base::MonotonicMs());
  draining_now_ = true;
  port_.Run([this](uint32_t channel, uint32_t head, uint32_t tail) -> uint32_t {
    return closed_ ? 0 : CallDrain(channel, head, tail);
  });
  draining_now_ = false;
  unflushed_ = false;
}

void WorkerPortObject::DrainDirect() {
  draining_now_ = true;
  port_.DrainAll([this](uint32_t channel, uint32_t head, uint32_t tail) { return CallDrain(channel, head, tail); });
  draining_now_ = false;
  unflushed_ = false;
}

bool WorkerPortObject::TakeUnflushed() {
  if (!unflushed_) return false;
  Flush();
  return true;
}

void WorkerPortObject::Flush() {
  unflushed_ = false;
  if (!port_.Flush()) uv_timer_start(&retry_, &OnRetry, kRetryMs, 0);
}

void WorkerPortObject::OnDoorbell(uv_poll_t* poll, int, int) {
  auto* self = static_cast<WorkerPortObject*>(poll->data);
  if (!self->closed_) self->Run();
}

void WorkerPortObject::OnPrepare(uv_prepare_t* prepare) {
  auto* self = static_cast<WorkerPortObject*>(prepare->data);
  if (!self->closed_ && self->unflushed_ && !self->server_->options().direct) self->Flush();
}

void WorkerPortObject::OnRetry(uv_timer_t* timer) {
  auto* self = static_cast<WorkerPortObject*>(timer->data);
  if (!self->closed_) self->Flush();
}

}  // namespace fastserve::addon
