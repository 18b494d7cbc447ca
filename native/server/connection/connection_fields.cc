// Field lines that policies add to an answer, whoever has made it. See connection.h.
#include "native/http/fields/field_lines.h"
#include "native/server/connection/connection.h"
#include "native/server/io_thread.h"

namespace fastserve::server {

namespace {

bool IsFrontsOwn(AnsweredBy answered_by) {
  return answered_by == AnsweredBy::kFile || answered_by == AnsweredBy::kConstant || answered_by == AnsweredBy::kError;
}

}  // namespace

// `fields` with those that policies add: the application's to what the front answers in its place, the configuration's to every
// answer. *own: where they are put, if there are any.
std::string_view Connection::CompleteFields(Exchange* exchange, std::string_view fields, std::string* own) {
  const Snapshot* snapshot = io_.snapshot();  // none before the first request that could be parsed
  if (snapshot != nullptr && snapshot->front.adds_fields()) [[unlikely]] {
    if (AddDuties(snapshot->front, exchange, fields, own)) fields = *own;
  }
  const http::HeadPolicy& all = io_.options().head_policy;
  if (!all.on()) [[likely]] return fields;
  std::string completed;
  all.Apply(fields, &completed);
  own->swap(completed);
  return *own;
}

// False where this answer gets none: the application or an upstream has given it what it shall have.
bool Connection::AddDuties(const FrontDuties& duties, Exchange* exchange, std::string_view fields, std::string* own) {
  const bool is_stored = exchange->answered_by == AnsweredBy::kCache;
  if (is_stored) {
    // The id is that of the request for which it was made.
    if (duties.request_id.empty() || !http::HasFieldLine(fields, duties.request_id)) return false;
    AppendWithout(fields, duties.request_id, own);
  } else if (IsFrontsOwn(exchange->answered_by)) {
    duties.fields.Apply(fields, own);
  } else {
    return false;
  }
  if (!is_stored && duties.secure_fields.on() && (exchange->secure || is_encrypted())) {
    std::string completed;
    duties.secure_fields.Apply(*own, &completed);
    own->swap(completed);
  }
  if (!duties.request_id.empty() && !http::HasFieldLine(*own, duties.request_id)) {
    if (exchange->request_id.empty()) exchange->request_id = io_.NewRequestId();
    own->append(duties.request_id).append(": ").append(exchange->request_id).append("\r\n");
  }
  return true;
}

}  // namespace fastserve::server
