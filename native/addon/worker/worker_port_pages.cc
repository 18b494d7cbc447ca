// Answers that are gathered pages. The worker's thread; see native/template/README.md.
#include <algorithm>
#include <string>

#include "native/addon/pages/page_payload.h"
#include "native/addon/pages/page_record.h"
#include "native/addon/pages/template_tables.h"
#include "native/addon/returns.h"
#include "native/addon/worker/worker_port_object.h"
#include "native/base/bytes.h"
#include "native/http/conditional/conditional.h"
#include "native/template/page_tag.h"

namespace fastserve::addon {

namespace {

// Calls `each(name, line)` for every line of a checked field block, the line with its end.
template <typename Each>
void ForEachLine(std::string_view block, Each&& each) {
  while (!block.empty()) {
    const std::string_view line = block.substr(0, block.find('\n') + 1);
    each(line.substr(0, line.find(':')), line);
    block.remove_prefix(line.size());
  }
}

bool HasEntityTag(std::string_view block) {
  bool has = false;
  ForEachLine(block, [&](std::string_view name, std::string_view) { has |= base::EqualsIgnoreCase(name, "etag"); });
  return has;
}

// The lines of a 200 that a 304 has too: not what describes the content that is not sent (RFC 9110 15.4.5).
void KeepNotModifiedFields(std::string_view block, std::string* out) {
  ForEachLine(block, [&](std::string_view name, std::string_view line) {
    for (const std::string_view dropped : {"content-type", "content-language", "content-encoding"}) {
      if (base::EqualsIgnoreCase(name, dropped)) return;
    }
    out->append(line);
  });
}

// The value of If-None-Match; "" when `value` is no string (the request has none) or longer than any list worth reading: the
// page is sent then.
std::string ReadCondition(napi_env env, napi_value value) {
  char text[2048];
  size_t size = 0;
  if (napi_get_value_string_latin1(env, value, text, sizeof text, &size) != napi_ok || size + 1 == sizeof text) return "";
  return {text, size};
}

// Whether the page gets an entity-tag: when the caller asked (`condition` is not undefined) and the application gave none.
bool WantsTag(napi_env env, napi_value condition, std::string_view block) {
  napi_valuetype type = napi_undefined;
  napi_typeof(env, condition, &type);
  return type != napi_undefined && !HasEntityTag(block);
}

// Writes `block` with `tag` into *out. True when the client's copy is still good: then it is the head of a 304.
bool AddTag(std::string_view block, std::string_view tag, uint16_t status, const std::string& condition, std::string* out) {
  // Conditions count only where the answer would be a success without them (RFC 9110 13.2.1).
  const bool not_modified = status == 200 && http::IfNoneMatchNames(condition, tag);
  out->clear();
  if (not_modified) {
    KeepNotModifiedFields(block, out);
  } else {
    out->append(block);
  }
  out->append("ETag: ").append(tag).append("\r\n");
  return not_modified;
}

}  // namespace

// (payload, condition, block): 0, or a refusal after which nothing was answered.
napi_value WorkerPortObject::RespondPage(napi_env env, napi_callback_info info) {
  Answer a;
  if (!TakeAnswer(env, info, 2, &a)) return nullptr;
  const templates::LiteralTable* const table = HeldTable(a.frame->table);
  if (table == nullptr) return Throw(env, "no such templates: this thread has not registered them, or has released them");
  const size_t limit = a.frame->payload_bytes == kWholePayload ? SIZE_MAX : a.frame->payload_bytes;
  PagePayload page;
  if (!page.Read(env, a.values[0], limit)) return Throw(env, "the payload of a page is a string or a Uint8Array");
  const Head* head = a.head;
  const uint16_t status = a.status();
  const std::string_view payload = page.text();
  bool not_modified = false;
  if (WantsTag(env, a.values[1], head->fields)) {
    const templates::PageTag tag(*table, payload);
    Head& tagged = a.port->tagged_head_;
    not_modified = AddTag(head->fields, tag.text(), status, ReadCondition(env, a.values[1]), &tagged.fields);
    tagged.declared_length = head->declared_length;
    head = &tagged;
  }
  queue::ResponseRecord record{};
  record.token = a.frame->token;
  record.status = not_modified ? 304 : status;
  record.kind = queue::ResponseKind::kFull;
  record.declared_length = head->declared_length;
  const int64_t size = not_modified
                           ? a.port->WriteBytes(record, a.frame->channel, head, nullptr, 0)
                           : WritePage(a.port->port_, a.frame->channel, record, head->fields, {*table, payload, a.frame->tokens});
  napi_value result;
  napi_create_int32(env, static_cast<int32_t>(std::min<int64_t>(size, 0)), &result);
  if (size < 0) return result;
  a.port->Touched();
  if (size > queue::kInlineResponseBytes) a.port->PublishEarly(static_cast<size_t>(size));
  return result;
}

}  // namespace fastserve::addon
