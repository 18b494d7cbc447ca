// Method, target and version, in the order of the bytes; then the form of the target.
#include "native/http/request/request_line.h"

#include <algorithm>

#include "native/base/bytes.h"
#include "native/http/grammar/authority.h"
#include "native/http/grammar/scan.h"

namespace fastserve::http {

namespace {

constexpr std::string_view kVersionPrefix = "HTTP/1.";
constexpr std::string_view kUsualLineEnd = "HTTP/1.1\r\n";
constexpr size_t kVersionLength = 8;

Method MethodOf(std::string_view token) {
  for (int i = 0; i < kMethodCount - 1; ++i) {
    if (token == MethodName(static_cast<Method>(i))) return static_cast<Method>(i);
  }
  return Method::kOther;
}

// Whether the window begins with `line`, a method and its space, which are within the limit. As ParseMethod then.
bool BeginsWithMethod(std::string_view window, std::string_view line, Method method, uint32_t line_limit, RequestHead* head,
                      size_t* target) {
  if (!window.starts_with(line) || line_limit < line.size()) return false;
  head->method = method;
  head->method_length = static_cast<uint16_t>(line.size() - 1);
  *target = line.size();
  return true;
}

// Offset behind the method's space goes to *target.
ParseResult ParseMethod(std::string_view window, uint32_t line_limit, RequestHead* head, size_t* target) {
  // What most requests have needs no look at each byte.
  if (BeginsWithMethod(window, "GET ", Method::kGet, line_limit, head, target)) return kDoneResult;
  if (BeginsWithMethod(window, "POST ", Method::kPost, line_limit, head, target)) return kDoneResult;
  const size_t longest = std::min<size_t>(kMaxMethodLength, line_limit);
  const char* const begin = window.data();
  const size_t length = SkipClass(kTokenByte, begin, begin + std::min(window.size(), longest + 1)) - begin;
  if (length > longest) return Bad(HttpError::kMethodTooLong);  // "SHOULD respond with a 501": RFC 9112 3
  if (length == window.size()) return kPartialResult;
  const char stop = window[length];
  if (stop == ' ' && length > 0) {
    head->method = MethodOf(window.substr(0, length));
    head->method_length = static_cast<uint16_t>(length);
    *target = length + 1;
    return kDoneResult;
  }
  if (window == "\r") return kPartialResult;  // half of an empty line that the caller will skip
  const bool line_broken = stop == '\r' || stop == '\n' || stop == '\t';
  return Bad(line_broken ? HttpError::kBadRequestLine : HttpError::kBadMethod);
}

// Offset behind the target's space goes to *version, what stands in it to *marks.
ParseResult ParseTargetBytes(std::string_view window, uint32_t line_limit, size_t target, size_t* version,
                             TargetMarks* marks) {
  const size_t cut = std::min<size_t>(window.size(), line_limit);
  if (cut <= target) return cut == line_limit ? Bad(HttpError::kTargetTooLong) : kPartialResult;
  const char* const begin = window.data();
  const size_t stop = ScanTarget(begin + target, begin + cut, marks) - begin;
  if (stop == cut) return cut == line_limit ? Bad(HttpError::kTargetTooLong) : kPartialResult;
  switch (begin[stop]) {
    case ' ':
      if (stop == target) return Bad(HttpError::kBadRequestLine);  // two spaces
      if (stop + 1 + kVersionLength > line_limit) return Bad(HttpError::kTargetTooLong);
      *version = stop + 1;
      return kDoneResult;
    case '\r':
    case '\n':
    case '\t':
      return Bad(HttpError::kBadRequestLine);  // no version, or no space before it
    default:
      return Bad(HttpError::kBadTarget);
  }
}

// Checks that every byte that is there fits "HTTP/d.d".
ParseResult CheckVersionShape(std::string_view text) {
  static constexpr std::string_view kShape = "HTTP/0.0";
  for (size_t i = 0; i < kVersionLength; ++i) {
    if (i == text.size()) return kPartialResult;
    if (i == 0 && text[i] == ' ') return Bad(HttpError::kBadRequestLine);  // two spaces
    const bool fits = kShape[i] == '0' ? text[i] >= '0' && text[i] <= '9' : text[i] == kShape[i];
    if (!fits) return Bad(HttpError::kBadVersion);
  }
  return kDoneResult;
}

// The version and the end of the line.
ParseResult ParseVersion(std::string_view window, size_t version, RequestHead* head, size_t* next_offset) {
  const std::string_view text = window.substr(version);
  if (text.starts_with(kUsualLineEnd)) {
    head->minor_version = 1;
    *next_offset = version + kUsualLineEnd.size();
    return kDoneResult;
  }
  const ParseResult shape = CheckVersionShape(text);
  if (shape.status != ParseStatus::kDone) return shape;
  const std::string_view rest = text.substr(kVersionLength);
  if (rest.empty()) return kPartialResult;
  if (rest[0] == ' ' || rest[0] == '\t' || rest[0] == '\n') return Bad(HttpError::kBadRequestLine);
  if (rest[0] != '\r') return Bad(HttpError::kBadVersion);
  if (rest.size() == 1) return kPartialResult;
  if (rest[1] != '\n') return Bad(HttpError::kBadRequestLine);
  if (!text.starts_with(kVersionPrefix)) return Bad(HttpError::kUnsupportedVersion);
  // A higher minor version is taken for the highest that is known (RFC 9110 2.5).
  head->minor_version = text[7] == '0' ? 0 : 1;
  *next_offset = version + kVersionLength + 2;
  return kDoneResult;
}

// Length of "http://" or "https://" at the start of `target`, 0 when it begins otherwise.
size_t SchemeLength(std::string_view target) {
  for (const std::string_view scheme : {std::string_view("http://"), std::string_view("https://")}) {
    if (base::StartsWithIgnoreCase(target, scheme)) return scheme.size();
  }
  return 0;
}

// absolute-form, RFC 9112 3.2.2: sets authority and where the path begins.
HttpError SplitAbsolute(std::string_view target, RequestHead* head) {
  const size_t scheme = SchemeLength(target);
  if (scheme == 0) return HttpError::kBadTarget;
  const size_t path = std::min(target.find_first_of("/?", scheme), target.size());
  if (!IsAuthority(target.substr(scheme, path - scheme), PortRule::kOptional)) return HttpError::kBadTarget;
  head->form = TargetForm::kAbsolute;
  head->authority_offset = static_cast<uint16_t>(head->target_offset + scheme);
  head->authority_length = static_cast<uint16_t>(path - scheme);
  head->path_offset = static_cast<uint16_t>(head->target_offset + path);
  return HttpError::kNone;
}

// The forms of RFC 9112 3.2. Sets form, path_offset and, for the absolute form, the authority.
HttpError ClassifyTarget(std::string_view target, RequestHead* head) {
  head->authority_offset = 0;
  head->authority_length = 0;
  head->path_offset = head->target_offset;
  if (head->method == Method::kConnect) {
    return IsAuthority(target, PortRule::kRequired) ? HttpError::kConnectRefused : HttpError::kBadTarget;
  }
  if (target[0] == '/') {
    head->form = TargetForm::kOrigin;
    return HttpError::kNone;
  }
  if (target == "*" && head->method == Method::kOptions) {
    head->form = TargetForm::kAsterisk;
    return HttpError::kNone;
  }
  return SplitAbsolute(target, head);
}

// Cuts the target at its first "?". The asterisk form has an empty path.
void SplitQuery(const char* begin, const char* query, RequestHead* head) {
  const size_t target_end = head->target_offset + head->target_length;
  const size_t path_end = query == nullptr ? target_end : static_cast<size_t>(query - begin);
  head->has_query = query != nullptr;
  head->query_offset = static_cast<uint16_t>(query == nullptr ? target_end : path_end + 1);
  head->query_length = static_cast<uint16_t>(target_end - head->query_offset);
  head->path_length =
      head->form == TargetForm::kAsterisk ? uint16_t{0} : static_cast<uint16_t>(path_end - head->path_offset);
}

}  // namespace

ParseResult ParseRequestLine(std::string_view window, const HeadLimits& limits, RequestHead* head,
                             size_t* next_offset) {
  const uint32_t line_limit = limits.request_line;
  size_t target = 0;
  ParseResult result = ParseMethod(window, line_limit, head, &target);
  if (result.status != ParseStatus::kDone) return result;
  size_t version = 0;
  TargetMarks marks;
  result = ParseTargetBytes(window, line_limit, target, &version, &marks);
  if (result.status != ParseStatus::kDone) return result;
  result = ParseVersion(window, version, head, next_offset);
  if (result.status != ParseStatus::kDone) return result;

  head->target_offset = static_cast<uint16_t>(target);
  head->target_length = static_cast<uint16_t>(version - 1 - target);
  const HttpError error = ClassifyTarget(window.substr(target, head->target_length), head);
  if (error != HttpError::kNone) return Bad(error);
  SplitQuery(window.data(), marks.query, head);
  head->plain_path = marks.is_plain;
  return kDoneResult;
}

}  // namespace fastserve::http
