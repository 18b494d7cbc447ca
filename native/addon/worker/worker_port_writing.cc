// Answers into response records: where each body lies best. The worker's thread; the hot path of every dynamic request.
#include <sched.h>

#include <cstring>

#include "native/addon/returns.h"
#include "native/addon/worker/worker_port_object.h"

namespace fastserve::addon {

namespace {

// About what a core's cache holds beside everything else; see bench/workloads/body-256k.mjs.
constexpr size_t kPublishEveryBytes = 512 * 1024;

// Texts below this are converted at once, without a look at their length before. With Node-API's terminator.
constexpr size_t kShortTextBytes = 2048;
constexpr size_t kLongestCharacter = 4;

}  // namespace

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

void WorkerPortObject::WriteLimitRate(uint32_t token, uint32_t channel, const http::LimitRate& rate) {
  queue::ResponseRecord* out = port_.Begin(channel, 0);
  out->token = token;
  out->kind = queue::ResponseKind::kLimitRate;
  out->body_length = static_cast<uint64_t>(rate.bytes_per_s);
  out->declared_length = rate.after;
  port_.Commit(channel, 0);
}

void WorkerPortObject::WriteControl(uint32_t token, uint32_t channel, queue::ResponseKind kind, uint64_t value) {
  Touched();
  queue::ResponseRecord* out = port_.Begin(channel, 0);
  out->token = token;
  out->kind = kind;
  out->body_length = value;
  port_.Commit(channel, 0);
}

}  // namespace fastserve::addon
