// What a request must pass before a lane is chosen for it: access rules, limits of content, rates, concurrency. One for all
// I/O threads; without rules there is none, and requests pay a branch on a null pointer.
//
//   head parsed ─► access (403, 405) ─► content (413) ─► rates (429) ─► identity (401, 403, 3xx) ─► concurrency (503)
//                                                         passwords, or a checker's verdict (verifier.h)
//
// DESIGN: what is cheap and what nobody can flood comes first; a request that is refused by access costs its client
// nothing of its rate.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "native/auth/password_check.h"
#include "native/http/response/bandwidth.h"
#include "native/limits/access_rule.h"
#include "native/limits/address_counts.h"
#include "native/limits/concurrency.h"
#include "native/limits/rate_rule.h"
#include "native/limits/rate_table.h"
#include "native/limits/scope.h"
#include "native/server/counters.h"
#include "native/server/gate/verify_rule.h"
#include "native/variables/request_facts.h"

namespace fastserve::server {

struct ConcurrencyRule {
  limits::Scope scope;
  uint32_t most = 1;
  bool dry_run = false;  // counts, refuses nobody
};

struct BodyRule {
  limits::Scope scope;
  uint64_t bytes = 0;
};

struct BandwidthRule {
  limits::Scope scope;
  http::Bandwidth bandwidth;
};

// Who may pass: whoever proves it by Basic authentication (RFC 7617), or whom a checker lets pass; with neither, anyone.
struct AuthRule {
  limits::Scope scope;
  std::string challenge;  // the WWW-Authenticate line
  std::shared_ptr<auth::PasswordCheck> check;
  std::shared_ptr<VerifyRule> verify;
};

struct GateRules {
  std::vector<limits::AccessRule> access;     // all that cover a request must let it pass
  std::vector<BodyRule> bodies;               // the first that covers a request counts
  std::vector<limits::RateRule> rates;        // all count
  std::vector<ConcurrencyRule> concurrency;   // the first counts
  std::vector<AuthRule> auth;                 // the first counts
  std::vector<BandwidthRule> bandwidth;       // the first counts
  uint32_t connections_per_address = 0;       // 0: any number
  limits::Gcra connection_rate{0, 0};         // of one address; interval_ns 0: any
  http::TrustedPeers uncounted;               // whose connections are not counted
  size_t rate_keys = 0;                       // that the table of rates has room for

  bool empty() const {
    return access.empty() && bodies.empty() && rates.empty() && concurrency.empty() && auth.empty() && bandwidth.empty() &&
           connections_per_address == 0 && connection_rate.interval_ns == 0;
  }
};

// A request as the gate sees it.
struct GateRequest {
  const variables::RequestFacts& facts;  // with a head, and the path in normal form
  std::string_view host;                 // as http::HostOf gives it
  uint64_t declared_length;              // of its content; queue::kUnknownLength: not known
  int64_t now_ns;                        // monotonic
  bool paid = false;                     // was held back for its rates already: they are not asked again
  bool asks_identity = true;             // false: it is answered whoever asks, or a checker has let it pass
};

struct Admission {
  uint16_t status = 0;             // 0: it may pass
  std::string fields;              // of the refusal
  int64_t delay_ns = 0;            // passing only: to be held back so long and to ask again, then it has paid
  http::Bandwidth bandwidth;       // of the answer
  uint64_t body_limit = 0;         // for content whose length was not declared
  limits::ConcurrencySlot slot;    // until the request has ended
  std::string user;                // who asks; empty: nobody has proven it
  std::shared_ptr<VerifyRule> verify;                     // passing only: not before its checker has said so
  std::shared_ptr<const auth::AccessVerdict> verdict;     // what that one said
};

// One connection of an address that is counted. It keeps the counts alive: rules may be replaced meanwhile.
class AddressSlot {
 public:
  AddressSlot(std::shared_ptr<limits::AddressCounts> counts, const base::IpAddress& address)
      : counts_(std::move(counts)), address_(address) {}
  AddressSlot(const AddressSlot&) = delete;
  AddressSlot& operator=(const AddressSlot&) = delete;
  ~AddressSlot() { counts_->Leave(address_); }

 private:
  const std::shared_ptr<limits::AddressCounts> counts_;
  const base::IpAddress address_;
};

class Gate {
 public:
  // `default_body`: the limit of content where no rule says another.
  Gate(GateRules rules, uint64_t default_body);

  // Any I/O thread. `counters`: of that thread.
  Admission Admit(const GateRequest& request, Counters& counters);

  // The largest content that some request may have.
  uint64_t largest_body() const { return largest_body_; }
  // Whether one more connection of this address is taken; *slot then keeps it counted. Any I/O thread.
  bool AdmitConnection(const base::IpAddress& address, int64_t now_ns, std::unique_ptr<AddressSlot>* slot);

 private:
  uint16_t JudgeAccess(const GateRequest& request, std::string* fields) const;
  uint64_t BodyLimit(const GateRequest& request) const;
  http::Bandwidth BandwidthOf(const GateRequest& request) const;
  bool TakeRates(const GateRequest& request, Counters& counters, Admission* admission);
  void JudgeIdentity(const GateRequest& request, Admission* admission) const;
  static void JudgePassword(const AuthRule& rule, const GateRequest& request, Admission* admission);
  bool EnterConcurrency(const GateRequest& request, Counters& counters, limits::ConcurrencySlot* slot);

  const GateRules rules_;
  const uint64_t default_body_;
  uint64_t largest_body_;
  limits::RateTable rates_;
  std::vector<std::shared_ptr<limits::ConcurrencyCount>> counts_;  // by place in rules_.concurrency
  std::shared_ptr<limits::AddressCounts> addresses_;  // null: they are not counted
  limits::RateTable connection_rates_;
};

}  // namespace fastserve::server
