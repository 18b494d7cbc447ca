#include "native/server/gate/verify_request.h"

#include <algorithm>

#include "native/base/bytes.h"
#include "native/http/fields/field_lines.h"
#include "native/http/fields/field_list.h"
#include "native/proxy/rule.h"

namespace fastserve::server {

namespace {

using proxy::RuleSpec;

constexpr uint16_t kBrokenChecker = 500;
constexpr uint16_t kNoAnswer = 503;
// Of lines that a request gets beside its own, which were measured when it came.
constexpr size_t kMostCopiedBytes = 8192;
constexpr std::string_view kNotStored = "Cache-Control: no-store\r\n";

bool IsRedirect(uint16_t status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

void ReadPassing(const VerifyRule& rule, std::string_view lines, auth::AccessVerdict* verdict) {
  for (http::FieldLine line; http::TakeFieldLine(&lines, &line);) {
    if (!rule.user_field.empty() && line.Is(rule.user_field)) verdict->user = line.value;
    if (base::ContainsIgnoreCase(rule.copy, line.name)) verdict->fields.append(line.whole);
  }
  if (verdict->fields.size() > kMostCopiedBytes) *verdict = {kBrokenChecker, "", "", false};
}

void ReadRefusal(uint16_t status, std::string_view lines, auth::AccessVerdict* verdict) {
  verdict->status = status;
  bool has_location = false;
  for (http::FieldLine line; http::TakeFieldLine(&lines, &line);) {
    const bool sets_cookie = line.Is("set-cookie");
    const bool is_location = line.Is("location") && IsRedirect(status);
    has_location |= is_location;
    if (sets_cookie) verdict->lasting = false;  // it is this client's
    if (sets_cookie || is_location || line.Is("www-authenticate")) verdict->fields.append(line.whole);
  }
  if (IsRedirect(status) && !has_location) *verdict = {kBrokenChecker, "", "", false};
  verdict->fields.append(kNotStored);
}

}  // namespace

void AppendVerifyRequest(const VerifyRule& rule, const http::RequestHead& head, std::string_view head_bytes,
                         std::string_view host, std::string* out) {
  out->append("GET ").append(rule.target).append(" HTTP/1.1\r\n");
  if (!host.empty()) out->append("Host: ").append(host).append("\r\n");
  for (uint16_t i = 0; i < head.field_count; ++i) {
    const std::string_view name = http::NameOf(head.fields[i], head_bytes);
    if (!base::ContainsIgnoreCase(rule.forward, name)) continue;
    out->append(name).append(": ").append(http::ValueOf(head.fields[i], head_bytes)).append("\r\n");
  }
  out->append("X-Forwarded-Method: ").append(head_bytes.substr(0, head.method_length));
  const std::string_view path = head_bytes.substr(head.path_offset, head.path_length);
  out->append("\r\nX-Forwarded-Uri: ").append(path.empty() ? "/" : path);
  if (head.has_query) out->append("?").append(head_bytes.substr(head.query_offset, head.query_length));
  out->append("\r\n");
}

auth::AccessVerdict ReadVerdict(const VerifyRule& rule, uint16_t status, std::string_view lines) {
  auth::AccessVerdict verdict;
  if (status >= 200 && status < 300) {
    ReadPassing(rule, lines, &verdict);
  } else if (status == 401 || status == 403 || (rule.redirects && IsRedirect(status))) {
    ReadRefusal(status, lines, &verdict);
  } else {
    verdict = {kBrokenChecker, "", "", false};
  }
  return verdict;
}

auth::AccessVerdict NoVerdict() { return {kNoAnswer, "Retry-After: 1\r\n", "", false}; }

std::string HeadWith(const http::RequestHead& head, std::string_view head_bytes, const std::vector<std::string>& names,
                     std::string_view lines) {
  std::string text;
  text.reserve(head_bytes.size() + lines.size());
  text.append(head_bytes.substr(0, head_bytes.find('\n') + 1));
  for (uint16_t i = 0; i < head.field_count; ++i) {
    const std::string_view name = http::NameOf(head.fields[i], head_bytes);
    if (base::ContainsIgnoreCase(names, name)) continue;
    text.append(name).append(": ").append(http::ValueOf(head.fields[i], head_bytes)).append("\r\n");
  }
  return text.append(lines).append("\r\n");
}

}  // namespace fastserve::server
