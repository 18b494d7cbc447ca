// The heads of answers: registered ones, those of one answer, and what a field block may hold. The worker's thread.
#include <algorithm>

#include "native/addon/returns.h"
#include "native/addon/worker/field_text.h"
#include "native/addon/worker/worker_port_object.h"
#include "native/http/response/response_head.h"

namespace fastserve::addon {

namespace {

const char* Explain(http::FieldBlockStatus status) {
  switch (status) {
    case http::FieldBlockStatus::kBadName: return "a response field's name is not a token (RFC 9110 5.1)";
    case http::FieldBlockStatus::kBadValue: return "a response field's value holds a control byte (CR, LF, NUL...)";
    case http::FieldBlockStatus::kBadSyntax: return "a response field line is not 'name: value'";
    case http::FieldBlockStatus::kBadLength: return "Content-Length is not one whole number (RFC 9110 8.6)";
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

const WorkerPortObject::Head* WorkerPortObject::RegisteredHead(napi_env env, uint32_t registration) {
  if (registration > 0 && registration < Heads().size()) return &Heads()[registration];
  Throw(env, "no such registered head");
  return nullptr;
}

const WorkerPortObject::Head* WorkerPortObject::HeadOf(const AnswerFrame& frame, napi_value block) {
  if (frame.head != 0) return RegisteredHead(env_, frame.head);
  scratch_head_.fields.clear();
  scratch_head_.declared_length = -1;
  scratch_head_.limit_rate = {};
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
      http::AppendCheckedFields(scratch_block_, &scratch_head_.fields, &declared_length, &scratch_head_.limit_rate);
  if (declared_length >= 0) scratch_head_.declared_length = declared_length;
  if (status != http::FieldBlockStatus::kOk) {
    Throw(env_, Explain(status));
    return nullptr;
  }
  return &scratch_head_;
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

}  // namespace fastserve::addon
