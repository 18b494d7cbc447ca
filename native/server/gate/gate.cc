#include "native/server/gate/gate.h"

#include <algorithm>
#include <optional>

#include "native/auth/basic.h"
#include "native/base/random_seed.h"
#include "native/http/response/retry_after.h"
#include "native/queue/layout.h"

namespace fastserve::server {

namespace {

// Below it a request is not held back: timers of connections are coarser.
constexpr int64_t kShortestDelayNs = 1'000'000;

}  // namespace

Gate::Gate(GateRules rules, uint64_t default_body)
    : rules_(std::move(rules)),
      default_body_(default_body),
      largest_body_(default_body),
      rates_(rules_.rates.empty() ? 0 : rules_.rate_keys, base::RandomSeed()),
      connection_rates_(rules_.connection_rate.interval_ns == 0 ? 0 : rules_.rate_keys, base::RandomSeed()) {
  for (const BodyRule& rule : rules_.bodies) largest_body_ = std::max(largest_body_, rule.bytes);
  for (const ConcurrencyRule& rule : rules_.concurrency) counts_.push_back(std::make_shared<limits::ConcurrencyCount>(rule.most));
  if (rules_.connections_per_address > 0) {
    addresses_ = std::make_shared<limits::AddressCounts>(rules_.connections_per_address, base::RandomSeed());
  }
}

Admission Gate::Admit(const GateRequest& request, Counters& counters) {
  Admission admission;
  admission.body_limit = BodyLimit(request);
  admission.bandwidth = BandwidthOf(request);
  admission.status = JudgeAccess(request, &admission.fields);
  if (admission.status != 0) {
    counters.denied.Add();
  } else if (request.declared_length != queue::kUnknownLength && request.declared_length > admission.body_limit) {
    admission.status = 413;
  } else if (!request.paid && !TakeRates(request, counters, &admission)) {
    admission.status = 429;
    counters.rate_limited.Add();
  } else if (admission.delay_ns >= kShortestDelayNs) {
    counters.delayed.Add();  // the rest is for later
  } else if (JudgeIdentity(request, &admission);
             admission.status != 0 || admission.delay_ns >= kShortestDelayNs || admission.verify != nullptr) {
    return admission;
  } else if (!EnterConcurrency(request, counters, &admission.slot)) {
    admission.status = 503;
    admission.fields = http::kRetryAfterLine;
    counters.concurrency_limited.Add();
  }
  return admission;
}

// The open ones first: who is refused for them costs nothing of his rate. An IPv6 client counts as its /64 network, as for both.
bool Gate::AdmitConnection(const base::IpAddress& address, int64_t now_ns, std::unique_ptr<AddressSlot>* slot) {
  if (address.family == 0 || rules_.uncounted.Contains(address)) return true;
  if (addresses_ != nullptr) {
    if (!addresses_->Enter(address)) return false;
    *slot = std::make_unique<AddressSlot>(addresses_, address);
  }
  if (rules_.connection_rate.interval_ns == 0) return true;
  constexpr uint8_t kIpv4Bits = 32, kIpv6Bits = 64;
  const base::IpAddress network = base::Masked(address, kIpv4Bits, kIpv6Bits);
  const std::string_view key(reinterpret_cast<const char*>(network.bytes), sizeof network.bytes);
  return connection_rates_.Take(network.family, rules_.connection_rate, key, now_ns).conforms;
}

uint16_t Gate::JudgeAccess(const GateRequest& request, std::string* fields) const {
  const http::RequestHead& head = *request.facts.head;
  for (const limits::AccessRule& rule : rules_.access) {
    if (!rule.scope.Covers(head.method, request.facts.path, request.host)) continue;
    const uint16_t status = rule.Judge(head, request.facts.head_bytes, request.facts.client);
    if (status == 405) *fields = rule.allow_line;
    if (status != 0) return status;
  }
  return 0;
}

uint64_t Gate::BodyLimit(const GateRequest& request) const {
  for (const BodyRule& rule : rules_.bodies) {
    if (rule.scope.Covers(request.facts.head->method, request.facts.path, request.host)) return rule.bytes;
  }
  return default_body_;
}

http::Bandwidth Gate::BandwidthOf(const GateRequest& request) const {
  for (const BandwidthRule& rule : rules_.bandwidth) {
    if (rule.scope.Covers(request.facts.head->method, request.facts.path, request.host)) return rule.bandwidth;
  }
  return {};
}

// The first rule that refuses gives the fields, the longest delay counts. Rules before it have counted the request already: a client that runs into one
// limit uses up the others, too, as with nginx.
bool Gate::TakeRates(const GateRequest& request, Counters& counters, Admission* admission) {
  std::string key;
  for (uint32_t i = 0; i < rules_.rates.size(); ++i) {
    const limits::RateRule& rule = rules_.rates[i];
    if (!rule.scope.Covers(request.facts.head->method, request.facts.path, request.host)) continue;
    key.clear();
    rule.key.Expand(request.facts, &key);
    if (key.empty()) continue;
    const limits::GcraVerdict verdict = rates_.Take(i, rule.gcra, key, request.now_ns);
    if (verdict.conforms) {
      if (rule.delay && !rule.dry_run) admission->delay_ns = std::max(admission->delay_ns, verdict.behind_ns);
      continue;
    }
    if (rule.dry_run) {
      counters.rate_limited_dry.Add();
      continue;
    }
    limits::AppendRefusalFields(rule, verdict, &admission->fields);
    return false;
  }
  return true;
}

void Gate::JudgeIdentity(const GateRequest& request, Admission* admission) const {
  if (!request.asks_identity) return;
  for (const AuthRule& rule : rules_.auth) {
    if (!rule.scope.Covers(request.facts.head->method, request.facts.path, request.host)) continue;
    if (rule.check != nullptr) JudgePassword(rule, request, admission);
    admission->verify = rule.verify;
    return;
  }
}

// While a password is hashed the request is held back, and asks again.
void Gate::JudgePassword(const AuthRule& rule, const GateRequest& request, Admission* admission) {
  constexpr int64_t kAskAgainNs = 16'000'000;
  constexpr int64_t kNsPerMs = 1'000'000;
  const http::Field* field = request.facts.head->Find(http::FieldId::kAuthorization);
  const std::optional<std::string> credentials =
      field == nullptr ? std::nullopt
                       : auth::ReadBasic(request.facts.head_bytes.substr(field->value_offset, field->value_length));
  switch (credentials ? rule.check->Ask(*credentials, request.now_ns / kNsPerMs) : auth::Verdict::kBad) {
    case auth::Verdict::kGood:
      admission->user = credentials->substr(0, credentials->find(':'));
      return;
    case auth::Verdict::kPending:
      admission->delay_ns = kAskAgainNs;
      return;
    case auth::Verdict::kBusy:
      admission->status = 503;
      admission->fields = http::kRetryAfterLine;
      return;
    case auth::Verdict::kBad:
      admission->status = 401;
      admission->fields = rule.challenge;
      return;
  }
}

bool Gate::EnterConcurrency(const GateRequest& request, Counters& counters, limits::ConcurrencySlot* slot) {
  for (size_t i = 0; i < rules_.concurrency.size(); ++i) {
    if (!rules_.concurrency[i].scope.Covers(request.facts.head->method, request.facts.path, request.host)) continue;
    if (!counts_[i]->Enter()) {
      if (!rules_.concurrency[i].dry_run) return false;
      counters.concurrency_limited_dry.Add();
      return true;
    }
    *slot = limits::ConcurrencySlot(counts_[i]);
    return true;
  }
  return true;
}

}  // namespace fastserve::server
