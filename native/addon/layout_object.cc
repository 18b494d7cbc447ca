// The queue's layout as JavaScript numbers, so that src/gateway/queue/layout.ts can be checked against the one definition.
#include <napi.h>

#include <cstddef>

#include "native/addon/layout_object.h"
#include "native/addon/worker/answer_frame.h"
#include "native/addon/worker/worker_port_object.h"
#include "native/http/types.h"
#include "native/queue/layout.h"

namespace fastserve::addon {

Napi::Object LayoutObject(Napi::Env env) {
  using queue::ControlRecord;
  using queue::RequestRecord;
  Napi::Object layout = Napi::Object::New(env);
  const auto set = [&](const char* name, size_t value) {
    layout.Set(name, Napi::Number::New(env, static_cast<double>(value)));
  };
  set("STARTED_END", queue::kStartedEndOffset);
  set("RING", queue::kRequestRingOffset);
  set("RING_BYTES", queue::kRequestRingBytes);
  set("SHARED_BYTES", queue::kSharedBytes);
  set("SKIP_MARKER", queue::kSkipMarker);
  set("TOKEN_SLOT_BITS", queue::kTokenSlotBits);
  set("KIND_MASK", queue::kKindMask);
  set("KIND_REQUEST", static_cast<size_t>(queue::RequestKind::kRequest));
  set("KIND_CANCEL", static_cast<size_t>(queue::RequestKind::kCancel));
  set("CANCEL_TIME_SHORT", static_cast<size_t>(queue::CancelReason::kTimeShort));
  set("CANCEL_TIME_OVER", static_cast<size_t>(queue::CancelReason::kTimeOver));
  set("KIND_BODY_CHUNK", static_cast<size_t>(queue::RequestKind::kBodyChunk));
  set("KIND_CREDIT", static_cast<size_t>(queue::RequestKind::kCredit));
  set("FLAG_BODY_STREAM", queue::kFlagBodyStream);
  set("FLAG_CANCELLED", queue::kFlagCancelled);
  set("FLAG_HTTP10", queue::kFlagHttp10);
  set("FLAG_TLS", queue::kFlagTls);
  set("FLAG_BODY_END", queue::kFlagBodyEnd);
  set("FLAG_BODY_ABORTED", queue::kFlagBodyAborted);
  set("FLAG_TRACED", queue::kFlagTraced);
  set("FLAG_CHUNKED", queue::kFlagChunked);
  set("ROUTE_UNMATCHED", queue::kRouteUnmatched);
  set("ROUTE_UNRESOLVED", queue::kRouteUnresolved);
  set("STREAM_WINDOW", queue::kStreamWindowBytes);
  set("LENGTH", offsetof(RequestRecord, length));
  set("TOKEN", offsetof(RequestRecord, token));
  set("FLAGS", offsetof(RequestRecord, flags));
  set("ROUTE", offsetof(RequestRecord, route));
  set("METHOD", offsetof(RequestRecord, method));
  set("PARAM_COUNT", offsetof(RequestRecord, param_count));
  set("METHOD_LENGTH", offsetof(RequestRecord, method_length));
  set("FIELD_COUNT", offsetof(RequestRecord, field_count));
  set("TARGET", offsetof(RequestRecord, target_offset));
  set("PATH", offsetof(RequestRecord, path_offset));
  set("QUERY", offsetof(RequestRecord, query_offset));
  set("AUTHORITY", offsetof(RequestRecord, authority_offset));
  set("PEER_PORT", offsetof(RequestRecord, peer_port));
  set("PEER_FAMILY", offsetof(RequestRecord, peer_family));
  set("PEER_ADDRESS", offsetof(RequestRecord, peer_address));
  set("HEAD_OFFSET", offsetof(RequestRecord, head_offset));
  set("BODY_OFFSET", offsetof(RequestRecord, body_offset));
  set("BODY_LENGTH", offsetof(RequestRecord, body_length));
  set("FIELDS", sizeof(RequestRecord));
  const auto set_word = [&](const char* name, size_t offset) { set(name, offset / sizeof(uint32_t)); };
  set("DRAIN_UNDECIDED", kDrainUndecided);
  set_word("FRAME_TOKEN", offsetof(AnswerFrame, token));
  set_word("FRAME_CHANNEL", offsetof(AnswerFrame, channel));
  set_word("FRAME_STATUS", offsetof(AnswerFrame, status));
  set_word("FRAME_HEAD", offsetof(AnswerFrame, head));
  set_word("FRAME_LINES", offsetof(AnswerFrame, lines));
  set_word("FRAME_BASE", offsetof(AnswerFrame, base));
  set_word("FRAME_TABLE", offsetof(AnswerFrame, table));
  set_word("FRAME_TOKENS", offsetof(AnswerFrame, tokens));
  set_word("FRAME_PAYLOAD_BYTES", offsetof(AnswerFrame, payload_bytes));
  set("WHOLE_PAYLOAD", kWholePayload);
  set("FIELD_SIZE", sizeof(http::Field));
  set("PARAM_SIZE", sizeof(queue::RecordParam));
  set("CONTROL_VALUE", offsetof(ControlRecord, value));
  set("CONTROL_SIZE", sizeof(ControlRecord));
  Napi::Array methods = Napi::Array::New(env);
  for (int i = 0; i + 1 < http::kMethodCount; ++i) {
    methods.Set(static_cast<uint32_t>(i), std::string(http::MethodName(static_cast<http::Method>(i))));
  }
  layout.Set("METHODS", methods);
  Napi::Array names = Napi::Array::New(env);
  for (int i = 0; i < static_cast<int>(http::FieldId::kCount); ++i) {
    names.Set(static_cast<uint32_t>(i), std::string(http::FieldName(static_cast<http::FieldId>(i))));
  }
  layout.Set("FIELD_NAMES", names);
  return layout;
}

}  // namespace fastserve::addon
