// The access log's own form: a text with variables in nginx's syntax, those of requests (native/variables) and those of answers.
//
//   "$remote_addr [$time_iso8601] \"$request\" $status $http_x_api_key"  ──Compile──►  parts
//   Capture: while the request is there          AppendLine: when its answer has ended
//
// DESIGN: values are escaped, the text between them is not: whatever a peer sends, it stays one line and within its quotation. A
// form that begins with "{" is JSON, and its values are escaped for strings of JSON. A line is never longer than
// kMaxAccessLineBytes: the longest values are cut, "..." says so.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "native/server/access_policy.h"
#include "native/server/access_record.h"
#include "native/server/log_text.h"
#include "native/variables/template.h"

namespace fastserve::server {

// Variables of an answer, and those of a request whose value a policy may change.
enum class LogVariable : uint8_t {
  kLiteral, kCaptured,
  kBodyBytesSent, kHttpReferer, kHttpUserAgent, kLane, kMsec, kQueueTime, kRemoteAddr, kRemotePort, kRemoteUser, kRequest,
  kRequestId, kRequestMethod, kRequestTime, kRequestUri, kStatus, kTimeIso8601, kTimeLocal, kUpstreamResponseTime,
  kUpstreamStatus, kWorker,
};

// Immutable after Compile; any number of threads may use it.
class LogFormat {
 public:
  static constexpr size_t kMaxTextBytes = 1024;
  static constexpr size_t kMaxVariables = 64;

  // False with *error for a text that is no form, or that would write what no log shall keep.
  static bool Compile(std::string_view text, LogFormat* out, variables::TemplateError* error);

  bool empty() const { return parts_.empty(); }
  // The values of the request's own variables, in order.
  std::vector<std::string> Capture(const variables::RequestFacts& facts, const AccessPolicy& policy) const;
  // `captured`: what Capture gave; empty for a request that was broken.
  void AppendLine(const AccessRecord& record, const std::vector<std::string>& captured, std::string* out) const;

 private:
  struct Part {
    LogVariable variable = LogVariable::kLiteral;
    std::string text;              // kLiteral, and the name of kCaptured
    variables::Template value;     // kCaptured
  };
  static bool AddVariable(std::string_view name, LogFormat* format, std::string* problem);

  std::vector<Part> parts_;
  size_t reserved_bytes_ = 0;      // of a line: what is there whatever the values are
  LogEscape escape_ = LogEscape::kText;
};

}  // namespace fastserve::server
