// Early hints (RFC 8297): those that answers of the same page have taught, and those of applications. See native/hints/table.h.
//
// DESIGN: the hint goes out once the request has its place with a worker or in the line, so that what is refused gets none; both leave
// in the same turn. The request's answer is the next lesson, whether or not there was anything to hint.
#include <memory>
#include <string>
#include <utility>

#include "native/hints/lesson.h"
#include "native/server/connection/connection.h"
#include "native/server/io_thread.h"

namespace fastserve::server {

namespace {

constexpr uint16_t kEarlyHints = 103;  // RFC 8297

// Whether the URLconf knows the page: paths that it leaves to the application are as many as clients like.
bool HasRoute(uint16_t route) { return route != queue::kRouteUnmatched && route != queue::kRouteUnresolved; }

}  // namespace

// Only where the snapshot has a table of hints. A request without content.
void Connection::SubmitAndHint(Exchange* exchange, const queue::RequestParts& parts, const Origin& origin) {
  const http::RequestHead& head = *parts.head;
  if (!has_client_ || !HasRoute(parts.route) || !hints::IsNavigation(head, parts.head_bytes)) {
    return io_.dispatcher().Submit(exchange, parts, {});
  }
  const std::shared_ptr<hints::Table>& table = io_.snapshot()->hints;
  const std::string_view authority = parts.head_bytes.substr(head.authority_offset, head.authority_length);
  const hints::PageKey page = hints::KeyOf(parts.route, origin.tls, authority);
  const hints::Lines lines = table->LinesFor(page, io_.now_ms());
  StagesOf(exchange).lesson = std::make_unique<hints::Lesson>(
      table, page, hints::PupilOf(queue::ToIpAddress(origin.peer), head, parts.head_bytes), lines);
  const uint32_t token = exchange->token();
  io_.dispatcher().Submit(exchange, parts, {});
  if (lines == nullptr || closed() || io_.exchanges().Find(token) == nullptr || exchange->status != 0) return;
  io_.counters().hints_sent.Add();
  SendInterim(exchange, kEarlyHints, *lines);
}

void Connection::SendHints(Exchange* exchange, std::string_view fields) {
  const hints::Lesson* const lesson = exchange->stages == nullptr ? nullptr : exchange->stages->lesson.get();
  if (lesson == nullptr) return SendInterim(exchange, kEarlyHints, fields);
  const std::string beyond = lesson->Beyond(fields);
  if (!beyond.empty()) SendInterim(exchange, kEarlyHints, beyond);
}

}  // namespace fastserve::server
