// The variables of access logs: what forms write, and what conditions ask. Names are nginx's where it has one. Pure, any thread.
//
// Two kinds: those of the answer, which a record (access_record.h) has, and those of the request (native/variables), which are
// expanded while the request is there.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "native/log/record.h"
#include "native/variables/template.h"

namespace fastserve::log {

enum class Variable : uint8_t {
  kRequestOwn,  // one of native/variables
  kBodyBytesSent, kCacheStatus, kClientTimeout, kContextTime, kCpuTime, kDurationMs, kHandlerTime, kHttpReferer, kHttpUserAgent, kLane,
  kMiddlewareTime, kMsec, kPool, kQueueMs, kQueueTime, kRemoteAddr, kRemotePort, kRemoteUser, kRenderTime, kRequest, kRequestId,
  kRequestMethod, kRequestTime, kRequestUri, kSentField, kStatus, kTimeIso8601, kTimeLocal, kUpstreamAddr, kUpstreamAttempts,
  kUpstreamConnectTime, kUpstreamHeaderTime, kUpstreamMs, kUpstreamName, kUpstreamResponseTime, kUpstreamStatus, kVersion,
  kViewTime, kWorker, kWriteTime,
};

struct NamedVariable {
  Variable variable = Variable::kRequestOwn;
  std::string name;            // kRequestOwn: as written; kSentField: the field's, in lower case with hyphens
  variables::Template request;  // kRequestOwn

  bool is_request() const { return variable == Variable::kRequestOwn; }
};

// The variable called `name`, without "$". False with what is wrong in *problem.
bool FindVariable(std::string_view name, NamedVariable* out, std::string* problem);

// Whether no log shall keep its value: a secret, or an address that no policy has looked at.
bool IsKeptFromLogs(const NamedVariable& variable, std::string_view name);

// Whether its values are numbers of JSON.
bool IsNumber(Variable variable);
// Whether it comes from the phases that the application reports for traced requests.
bool IsPhase(Variable variable);

// The value, empty where there is none: a view into the record, or into *scratch, which is overwritten. `name`: of kSentField.
// Not for kRequestOwn. As the peer sent it: not escaped.
std::string_view ValueOf(Variable variable, std::string_view name, const Record& record, std::string* scratch);

}  // namespace fastserve::log
