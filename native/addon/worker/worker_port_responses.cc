// The methods by which JavaScript answers. The worker's thread.
#include <time.h>

#include <cstring>

#include "native/addon/returns.h"
#include "native/addon/worker/worker_port_object.h"

namespace fastserve::addon {

// `this` comes as the functions' data.
bool WorkerPortObject::Take(napi_env env, napi_callback_info info, size_t count, Arguments* arguments) {
  size_t given = kMaxArguments;
  void* data = nullptr;
  napi_get_cb_info(env, info, &given, arguments->values, nullptr, &data);
  arguments->port = static_cast<WorkerPortObject*>(data);
  if (arguments->port->closed_) {
    Throw(env, "this worker has left its server");
    return false;
  }
  if (given < count || napi_get_value_uint32(env, arguments->values[0], &arguments->token) != napi_ok ||
      napi_get_value_uint32(env, arguments->values[1], &arguments->channel) != napi_ok ||
      arguments->channel >= arguments->port->port_.channel_count()) {
    Throw(env, "expected (token, channel, ...)");
    return false;
  }
  return true;
}

bool WorkerPortObject::TakeAnswer(napi_env env, napi_callback_info info, size_t block, Answer* answer) {
  size_t given = kMaxArguments;
  void* data = nullptr;
  napi_get_cb_info(env, info, &given, answer->values, nullptr, &data);
  WorkerPortObject* const port = answer->port = static_cast<WorkerPortObject*>(data);
  if (port->closed_) {
    Throw(env, "this worker has left its server");
    return false;
  }
  const AnswerFrame& frame = *(answer->frame = port->frame_);
  if (frame.channel >= port->port_.channel_count()) {
    Throw(env, "no such channel");
    return false;
  }
  if (frame.status < 200 || frame.status > 599) {
    Throw(env, "a status is a whole number from 200 to 599");
    return false;
  }
  answer->head = port->HeadOf(frame, answer->values[block]);
  if (answer->head == nullptr) return false;
  if (answer->head->limit_rate.said()) [[unlikely]] port->WriteLimitRate(frame.token, frame.channel, answer->head->limit_rate);
  return true;
}

// (body, block)
napi_value WorkerPortObject::Respond(napi_env env, napi_callback_info info) {
  Answer a;
  if (!TakeAnswer(env, info, 1, &a)) return nullptr;
  a.port->Write(a.frame->token, a.frame->channel, queue::ResponseKind::kFull, a.status(), a.head, a.values[0]);
  return nullptr;
}

// (body, block)
napi_value WorkerPortObject::RespondStatic(napi_env env, napi_callback_info info) {
  Answer a;
  if (!TakeAnswer(env, info, 1, &a)) return nullptr;
  const Head* const head = a.head;
  uint32_t id = 0;
  queue::StaticBody* body = nullptr;
  if (napi_get_value_uint32(env, a.values[0], &id) == napi_ok) body = FindStaticBody(id);
  if (body == nullptr) return Throw(env, "no such static body: it was released");
  const size_t head_size = head->fields.size();
  queue::ResponseRecord* out = a.port->port_.Begin(a.frame->channel, static_cast<uint32_t>(head_size));
  std::memcpy(static_cast<void*>(out + 1), head->fields.data(), head_size);
  out->token = a.frame->token;
  out->status = a.status();
  out->kind = queue::ResponseKind::kFull;
  out->holder = queue::BodyHolder::kStatic;
  out->pointer = body;
  out->head_length = static_cast<uint32_t>(head_size);
  out->body_length = body->size();
  a.port->port_.Commit(a.frame->channel, static_cast<uint32_t>(head_size));
  a.port->Touched();
  return nullptr;
}

// (block)
napi_value WorkerPortObject::StreamStart(napi_env env, napi_callback_info info) {
  Answer a;
  if (!TakeAnswer(env, info, 0, &a)) return nullptr;
  a.port->Write(a.frame->token, a.frame->channel, queue::ResponseKind::kStreamStart, a.status(), a.head, nullptr);
  return nullptr;
}

napi_value WorkerPortObject::StreamWrite(napi_env env, napi_callback_info info) {
  Arguments a;
  if (!Take(env, info, 3, &a)) return nullptr;
  const int64_t size = a.port->Write(a.token, a.channel, queue::ResponseKind::kStreamChunk, 0, nullptr, a.values[2]);
  if (size < 0) return nullptr;
  napi_value result;
  napi_create_int64(env, size, &result);
  return result;
}

napi_value WorkerPortObject::StreamEnd(napi_env env, napi_callback_info info) {
  Arguments a;
  if (!Take(env, info, 3, &a)) return nullptr;
  bool complete = false;
  napi_get_value_bool(env, a.values[2], &complete);
  a.port->WriteControl(a.token, a.channel, queue::ResponseKind::kStreamEnd, complete ? 1 : 0);
  return Undefined(env);
}

napi_value WorkerPortObject::Drop(napi_env env, napi_callback_info info) {
  Arguments a;
  if (!Take(env, info, 2, &a)) return nullptr;
  a.port->WriteControl(a.token, a.channel, queue::ResponseKind::kDrop, 0);
  return Undefined(env);
}

// (token, channel): goes before the answer.
napi_value WorkerPortObject::CloseBehind(napi_env env, napi_callback_info info) {
  Arguments a;
  if (!Take(env, info, 2, &a)) return nullptr;
  a.port->WriteControl(a.token, a.channel, queue::ResponseKind::kClosing, 0);
  return Undefined(env);
}

// (block): goes before the answer, and at once: a view that goes on computing would hold it back.
napi_value WorkerPortObject::SendHints(napi_env env, napi_callback_info info) {
  Answer a;
  if (!TakeAnswer(env, info, 0, &a)) return nullptr;
  a.port->Write(a.frame->token, a.frame->channel, queue::ResponseKind::kHints, a.status(), a.head, nullptr);
  a.port->port_.Flush();
  return nullptr;
}

// (token, channel, text): goes before the answer of a traced request.
napi_value WorkerPortObject::ReportPhases(napi_env env, napi_callback_info info) {
  static const Head kNoHead;
  Arguments a;
  if (!Take(env, info, 3, &a)) return nullptr;
  napi_valuetype type = napi_undefined;
  napi_typeof(env, a.values[2], &type);
  if (type != napi_string) return Throw(env, "expected a text");
  a.port->Write(a.token, a.channel, queue::ResponseKind::kPhases, 200, &kNoHead, a.values[2]);
  return Undefined(env);
}

napi_value ThreadCpu(napi_env env, napi_callback_info) {
  timespec used{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  napi_value result;
  napi_create_double(env, static_cast<double>(used.tv_sec) * 1e6 + static_cast<double>(used.tv_nsec) / 1e3, &result);
  return result;
}

napi_value WorkerPortObject::BodyCredit(napi_env env, napi_callback_info info) {
  Arguments a;
  if (!Take(env, info, 3, &a)) return nullptr;
  uint32_t bytes = 0;
  napi_get_value_uint32(env, a.values[2], &bytes);
  a.port->WriteControl(a.token, a.channel, queue::ResponseKind::kBodyCredit, bytes);
  return Undefined(env);
}

// (channel, offset, target): fills `target` from the shared memory of the channel. JavaScript copies out of shared memory word by
// word, because another thread may write there; what lies in a record that this worker holds nobody writes.
napi_value WorkerPortObject::ReadRing(napi_env env, napi_callback_info info) {
  size_t count = 3;
  napi_value arguments[3];
  void* data = nullptr;
  napi_get_cb_info(env, info, &count, arguments, nullptr, &data);
  auto* port = static_cast<WorkerPortObject*>(data);
  if (port->closed_) return Throw(env, "this worker has left its server");
  uint32_t channel = 0;
  uint32_t offset = 0;
  napi_typedarray_type type;
  size_t size = 0;
  void* target = nullptr;
  if (count != 3 || napi_get_value_uint32(env, arguments[0], &channel) != napi_ok || channel >= port->port_.channel_count() ||
      napi_get_value_uint32(env, arguments[1], &offset) != napi_ok ||
      napi_get_typedarray_info(env, arguments[2], &type, &size, &target, nullptr, nullptr) != napi_ok ||
      type != napi_uint8_array || offset > queue::kSharedBytes || size > queue::kSharedBytes - offset) {
    return Throw(env, "expected (channel, offset, target) inside of the channel's memory");
  }
  std::memcpy(target, port->port_.shared(channel) + offset, size);
  return nullptr;
}

napi_value WorkerPortObject::FlushNow(napi_env env, napi_callback_info info) {
  void* data = nullptr;
  napi_get_cb_info(env, info, nullptr, nullptr, nullptr, &data);
  auto* port = static_cast<WorkerPortObject*>(data);
  if (!port->closed_ && !port->draining_now_) port->Flush();
  return Undefined(env);
}

napi_value WorkerPortObject::Detach(napi_env env, napi_callback_info info) {
  void* data = nullptr;
  napi_get_cb_info(env, info, nullptr, nullptr, nullptr, &data);
  auto* port = static_cast<WorkerPortObject*>(data);
  port->Close();
  port->ForgetReferences();
  return Undefined(env);
}

}  // namespace fastserve::addon
