// Answers from JavaScript into response records. The worker's thread; the hot path of every dynamic request.
#include <sched.h>

#include <algorithm>
#include <cstring>

#include "native/addon/field_text.h"
#include "native/addon/returns.h"
#include "native/addon/worker_port_object.h"
#include "native/http/response_head.h"

namespace fastserve::addon {

namespace {

// About what a core's cache holds beside everything else; see bench/workloads/body-256k.mjs.
constexpr size_t kPublishEveryBytes = 512 * 1024;

// Texts below this are converted at once, without a look at their length before. With Node-API's terminator.
constexpr size_t kShortTextBytes = 2048;
constexpr size_t kLongestCharacter = 4;

const char* Explain(http::FieldBlockStatus status) {
  switch (status) {
    case http::FieldBlockStatus::kBadName: return "a response field's name is not a token (RFC 9110 5.1)";
    case http::FieldBlockStatus::kBadValue: return "a response field's value holds a control byte (CR, LF, NUL...)";
    case http::FieldBlockStatus::kBadSyntax: return "a response field line is not 'name: value'";
    case http::FieldBlockStatus::kOk: return "";
  }
  return "";
}

const char* Explain(FieldTextStatus status) {
  switch (status) {
    case FieldTextStatus::kNoString: return "expected a field block or a registered head";
    case FieldTextStatus::kTooLong: return "the response fields are too large";
    case FieldTextStatus::kBeyondLatin1: return "a response field holds a character beyond U+00FF; percent-encode it";
    case FieldTextStatus::kOk: return "";
  }
  return "";
}

}  // namespace

std::vector<WorkerPortObject::Head>& WorkerPortObject::Heads() {
  static thread_local std::vector<Head> heads(1);
  return heads;
}

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
  return answer->head != nullptr;
}

const WorkerPortObject::Head* WorkerPortObject::RegisteredHead(napi_env env, uint32_t registration) {
  if (registration > 0 && registration < Heads().size()) return &Heads()[registration];
  Throw(env, "no such registered head");
  return nullptr;
}

const WorkerPortObject::Head* WorkerPortObject::HeadOf(const AnswerFrame& frame, napi_value block) {
  if (frame.head != 0) return RegisteredHead(env_, frame.head);
  scratch_head_.fields.clear();
  scratch_head_.declared_length = -1;
  if (frame.base != 0) {
    const Head* const before = RegisteredHead(env_, frame.base);
    if (before == nullptr) return nullptr;
    scratch_head_ = *before;
  }
  constexpr size_t kMostFieldBytes = queue::kResponseRingBytes / 8;
  const size_t room = kMostFieldBytes - std::min(kMostFieldBytes, scratch_head_.fields.size());
  const FieldTextStatus read = ReadFieldText(env_, block, room, &scratch_block_);
  if (read != FieldTextStatus::kOk) {
    Throw(env_, Explain(read));
    return nullptr;
  }
  // A value with a line break in it would be one line more than there are fields (CWE-113).
  if (std::count(scratch_block_.begin(), scratch_block_.end(), '\n') != static_cast<std::ptrdiff_t>(frame.lines)) {
    Throw(env_, "a response field holds a line break");
    return nullptr;
  }
  int64_t declared_length = -1;
  const http::FieldBlockStatus status =
      http::AppendCheckedFields(scratch_block_, &scratch_head_.fields, &declared_length);
  if (declared_length >= 0) scratch_head_.declared_length = declared_length;
  if (status != http::FieldBlockStatus::kOk) {
    Throw(env_, Explain(status));
    return nullptr;
  }
  return &scratch_head_;
}

int64_t WorkerPortObject::Write(uint32_t token, uint32_t channel, queue::ResponseKind kind, uint16_t status,
                                const Head* head, napi_value body) {
  queue::ResponseRecord record{};
  record.token = token;
  record.status = status;
  record.kind = kind;
  record.declared_length = head != nullptr ? head->declared_length : -1;
  Touched();
  if (body == nullptr) return WriteBytes(record, channel, head, nullptr, 0);
  if (const int64_t size = WriteShortText(record, channel, head, body); size >= 0) return size;
  napi_valuetype type = napi_undefined;
  napi_typeof(env_, body, &type);
  if (type == napi_string) return WriteText(record, channel, head, body);
  if (type == napi_null || type == napi_undefined) return WriteBytes(record, channel, head, nullptr, 0);
  napi_typedarray_type array_type;
  size_t size = 0;
  void* data = nullptr;
  if (napi_get_typedarray_info(env_, body, &array_type, &size, &data, nullptr, nullptr) != napi_ok ||
      array_type != napi_uint8_array) {
    Throw(env_, "a body is a string, a Uint8Array or null");
    return -1;
  }
  return WriteBytes(record, channel, head, static_cast<const char*>(data), size);
}

// UTF-8 straight into the ring. -1 when it is long, or no text: nothing is written then.
int64_t WorkerPortObject::WriteShortText(queue::ResponseRecord record, uint32_t channel, const Head* head, napi_value text) {
  const size_t head_size = head != nullptr ? head->fields.size() : 0;
  queue::ResponseRecord* out = port_.Begin(channel, static_cast<uint32_t>(head_size + kShortTextBytes));
  char* payload = reinterpret_cast<char*>(out + 1);
  size_t size = 0;
  const napi_status read = napi_get_value_string_utf8(env_, text, payload + head_size, kShortTextBytes, &size);
  // What was cut was cut before a character for which there was no room.
  if (read != napi_ok || size + kLongestCharacter >= kShortTextBytes) {
    port_.Discard(channel);
    return -1;
  }
  if (head_size > 0) std::memcpy(payload, head->fields.data(), head_size);
  record.head_length = static_cast<uint32_t>(head_size);
  record.body_length = size;
  *out = record;
  port_.Commit(channel, static_cast<uint32_t>(head_size + size));
  return static_cast<int64_t>(size);
}

// UTF-8 straight into the ring when it surely fits, else into a spill block.
int64_t WorkerPortObject::WriteText(queue::ResponseRecord record, uint32_t channel, const Head* head, napi_value text) {
  const size_t head_size = head != nullptr ? head->fields.size() : 0;
  size_t units = 0;
  napi_get_value_string_utf16(env_, text, nullptr, 0, &units);
  const size_t most = units * 3 + 1;  // and the terminator that Node-API writes
  if (most <= queue::kInlineResponseBytes * 2) {
    queue::ResponseRecord* out = port_.Begin(channel, static_cast<uint32_t>(head_size + most));
    char* payload = reinterpret_cast<char*>(out + 1);
    if (head != nullptr) std::memcpy(payload, head->fields.data(), head_size);
    size_t size = 0;
    napi_get_value_string_utf8(env_, text, payload + head_size, most, &size);
    record.head_length = static_cast<uint32_t>(head_size);
    record.body_length = size;
    *out = record;
    port_.Commit(channel, static_cast<uint32_t>(head_size + size));
    return static_cast<int64_t>(size);
  }
  size_t size = 0;
  napi_get_value_string_utf8(env_, text, nullptr, 0, &size);
  queue::SpillBlock* block = port_.spills().Take(size + 1);
  napi_get_value_string_utf8(env_, text, block->data(), size + 1, &size);
  record.holder = queue::BodyHolder::kSpill;
  record.pointer = block;
  record.body_length = size;
  queue::ResponseRecord* out = port_.Begin(channel, static_cast<uint32_t>(head_size));
  if (head != nullptr) std::memcpy(static_cast<void*>(out + 1), head->fields.data(), head_size);
  record.head_length = static_cast<uint32_t>(head_size);
  *out = record;
  port_.Commit(channel, static_cast<uint32_t>(head_size));
  return static_cast<int64_t>(size);
}

int64_t WorkerPortObject::WriteBytes(queue::ResponseRecord record, uint32_t channel, const Head* head, const char* bytes,
                                     size_t size) {
  const size_t head_size = head != nullptr ? head->fields.size() : 0;
  const bool spills = size > queue::kInlineResponseBytes;
  const size_t payload_size = head_size + (spills ? 0 : size);
  if (spills) {
    queue::SpillBlock* block = port_.spills().Take(size);
    std::memcpy(block->data(), bytes, size);
    record.holder = queue::BodyHolder::kSpill;
    record.pointer = block;
  }
  queue::ResponseRecord* out = port_.Begin(channel, static_cast<uint32_t>(payload_size));
  char* payload = reinterpret_cast<char*>(out + 1);
  if (head_size > 0) std::memcpy(payload, head->fields.data(), head_size);
  if (!spills && size > 0) std::memcpy(payload + head_size, bytes, size);
  record.head_length = static_cast<uint32_t>(head_size);
  record.body_length = size;
  *out = record;
  port_.Commit(channel, static_cast<uint32_t>(payload_size));
  if (spills) PublishEarly(size);
  return static_cast<int64_t>(size);
}

// Large bodies are published in the middle of a batch, and the I/O thread gets the core if it shares this one: it sends them
// while they are in the cache, and the next bodies are copied into the same, still warm blocks.
void WorkerPortObject::PublishEarly(size_t spilled) {
  spilled_bytes_ += spilled;
  if (spilled_bytes_ < kPublishEveryBytes) return;
  spilled_bytes_ = 0;
  port_.Flush();
  ::sched_yield();
}

void WorkerPortObject::WriteControl(uint32_t token, uint32_t channel, queue::ResponseKind kind, uint64_t value) {
  Touched();
  queue::ResponseRecord* out = port_.Begin(channel, 0);
  out->token = token;
  out->kind = kind;
  out->body_length = value;
  port_.Commit(channel, 0);
}

// ---- the methods ----------------------------------------------------------------------------------------------------

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

// (block, lines): a registration for respond and streamStart, for this thread.
napi_value WorkerPortObject::RegisterHead(napi_env env, napi_callback_info info) {
  size_t count = 2;
  napi_value arguments[2];
  void* data = nullptr;
  napi_get_cb_info(env, info, &count, arguments, nullptr, &data);
  auto* port = static_cast<WorkerPortObject*>(data);
  if (port->closed_) return Throw(env, "this worker has left its server");
  napi_valuetype type = napi_undefined;
  napi_typeof(env, arguments[0], &type);
  if (count != 2 || type != napi_string) return Throw(env, "expected a field block and its line count");
  AnswerFrame block{};
  napi_get_value_uint32(env, arguments[1], &block.lines);
  const Head* head = port->HeadOf(block, arguments[0]);
  if (head == nullptr) return nullptr;
  Heads().push_back(*head);
  napi_value result;
  napi_create_uint32(env, static_cast<uint32_t>(Heads().size() - 1), &result);
  return result;
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
