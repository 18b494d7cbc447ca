// Requests for another place: the same target at the https listener, at another host, with a slash behind it. See router.h.
#include "native/base/bytes.h"
#include "native/http/fields/field_list.h"
#include "native/http/response/error_page.h"
#include "native/server/connection/connection.h"
#include "native/server/io_thread.h"
#include "native/server/lanes/router.h"

namespace fastserve::server {

namespace {

// The request's path and query as they came, and the end of the line.
void AppendPathAndQuery(const http::RequestHead& head, std::string_view head_bytes, std::string* fields) {
  const std::string_view path = head_bytes.substr(head.path_offset, head.path_length);
  fields->append(path.starts_with('/') ? path : "/");
  if (head.has_query) fields->append("?").append(head_bytes.substr(head.query_offset, head.query_length));
  fields->append("\r\n");
}

// 308 keeps method and content (RFC 9110 15.4.9), which what may be asked for again in any case does not need.
uint16_t RedirectStatus(http::Method method) {
  return method == http::Method::kGet || method == http::Method::kHead ? 301 : 308;
}

}  // namespace

// The same target at the https listener, with any method (308). The host is the one that was asked for, in whatever name;
// the parser has checked it to be an authority.
void Router::RedirectToHttps(const Asked& asked) {
  std::string_view host = asked.head_bytes.substr(asked.head.authority_offset, asked.head.authority_length);
  const size_t colon = host.find_last_of(":]");  // the colon of a port stands behind the bracket of an IPv6 address
  if (colon != std::string_view::npos && host[colon] == ':') host = host.substr(0, colon);
  if (host.empty()) return asked.connection.SendStatus(asked.exchange, 400);
  std::string fields("Location: https://");
  fields.append(host);
  const uint16_t port = asked.connection.listening().https_port.load(std::memory_order_relaxed);
  if (port != 443) fields.append(":").append(std::to_string(port));
  AppendPathAndQuery(asked.head, asked.head_bytes, &fields);
  asked.connection.SendStatus(asked.exchange, 308, fields);
}

// Django's APPEND_SLASH. The raw path is repeated as it came, so that nothing is decoded on the way; a path that begins
// with "//", or with the backslash that browsers take for a slash, would be a reference to another host and is defused.
void Router::Redirect(const Asked& asked) {
  const std::string_view raw = asked.head_bytes.substr(asked.head.path_offset, asked.head.path_length);
  std::string fields("Location: ");
  const char second = raw.size() > 1 ? raw[1] : '\0';
  if (second == '/' || second == '\\') {
    fields.append(second == '/' ? "/%2F" : "/%5C").append(raw.substr(2));
  } else {
    fields.append(raw);
  }
  fields.push_back('/');
  if (asked.head.has_query) fields.append("?").append(asked.head_bytes.substr(asked.head.query_offset, asked.head.query_length));
  fields.append("\r\n");
  asked.connection.SendStatus(asked.exchange, RedirectStatus(asked.head.method), fields);
}

// What allowedHosts() and common() of the application ask of its requests. False: the exchange has its 421 (RFC 9110 15.5.20), or
// the way to the other host.
bool Router::HasRightHost(const Asked& asked) {
  const FrontDuties& front = io_.snapshot()->front;
  if (!front.AllowsHost(asked.host)) {
    asked.connection.SendStatus(asked.exchange, 421);
    return false;
  }
  const std::string_view authority = asked.head_bytes.substr(asked.head.authority_offset, asked.head.authority_length);
  const std::string other = front.OtherAuthority(authority, asked.host);
  if (other.empty()) return true;
  std::string fields("Location: ");
  fields.append(asked.exchange->secure ? "https://" : "http://").append(other);
  AppendPathAndQuery(asked.head, asked.head_bytes, &fields);
  asked.connection.SendStatus(asked.exchange, RedirectStatus(asked.head.method), fields);
  return false;
}

// The name that a client gives its request, where the application takes it.
void Router::TakeRequestId(const FrontDuties& front, const http::RequestHead& head, std::string_view head_bytes, Exchange* exchange) {
  if (!exchange->request_id.empty()) return;
  for (uint16_t i = 0; i < head.field_count; ++i) {
    const http::Field& field = head.fields[i];
    if (!base::EqualsIgnoreCase(http::NameOf(field, head_bytes), front.request_id)) continue;
    const std::string_view value = http::ValueOf(field, head_bytes);
    if (http::IsSafeRequestId(value)) exchange->request_id.assign(value);
    return;
  }
}

}  // namespace fastserve::server
