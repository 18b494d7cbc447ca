#include "native/server/gate/verifier.h"

#include <algorithm>
#include <utility>

#include "native/server/connection/connection.h"
#include "native/server/gate/verify_request.h"
#include "native/server/io_thread.h"

namespace fastserve::server {

namespace {

// Content of a checker's answer that is read and thrown away to keep the connection to it.
constexpr uint64_t kMostVerdictContentBytes = 65536;

proxy::RuleSpec RelayRule() {
  proxy::RuleSpec rule;
  rule.prefix = "/";
  rule.buffer = false;
  return rule;
}

// What two requests must have in common for one verdict.
std::string QuestionOf(const VerifyRule& rule, std::string_view text, const VerifiedRequest& request) {
  std::string question;
  if (rule.key) {
    rule.key->Expand(*request.facts, &question);
    return question;
  }
  const http::RequestHead& head = *request.head;
  question.append(request.facts->tls ? "https " : "http ");
  question.append(request.head_bytes.substr(head.authority_offset, head.authority_length)).append(" ");
  proxy::AppendAddress(request.facts->client, &question);
  return question.append("\n").append(text);
}

}  // namespace

// Takes the answer of the view that was asked. An answer that never came is one, too.
class VerdictTap final : public AnswerTap {
 public:
  explicit VerdictTap(Verification* verification) : verification_(verification) {}
  ~VerdictTap() override {
    if (verification_ == nullptr) return;
    verification_->TapEnded();
    verification_->Settle(NoVerdict());
  }
  void Forget() { verification_ = nullptr; }

  Verdict OnHead(AnswerHead* head) override {
    if (verification_ == nullptr) return Verdict::kPass;
    // What the front says for want of an answer is no word of the view's.
    if (head->status == 503 || head->status == 504) verification_->Settle(NoVerdict());
    else verification_->Settle(ReadVerdict(*verification_->rule(), head->status, head->fields));
    return Verdict::kPass;
  }
  void OnContent(std::string_view) override {}
  void OnEnd(bool) override {}
  void Replace(Connection&, Exchange*) override {}

 private:
  Verification* verification_;  // null: nobody waits any more
};

// ---- one question ---------------------------------------------------------------------------------------------------

Verification::Verification(Connection* connection, std::shared_ptr<VerifyRule> rule, std::string question, int64_t now_ms)
    : connection_(connection),
      rule_(std::move(rule)),
      question_(std::move(question)),
      asked_ms_(now_ms),
      deadline_ms_(now_ms + rule_->timeout_ms) {}

Verification::~Verification() { Detach(); }

void Verification::Begin(std::unique_ptr<proxy::Relay> relay) {
  relay_ = std::move(relay);
  settling_ = true;
  relay_->Start();
  settling_ = false;
}

std::unique_ptr<AnswerTap> Verification::MakeTap() {
  auto tap = std::make_unique<VerdictTap>(this);
  tap_ = tap.get();
  return tap;
}

void Verification::Detach() {
  connection_ = nullptr;
  if (tap_ != nullptr) std::exchange(tap_, nullptr)->Forget();
  if (relay_ != nullptr) relay_->Stop();
}

void Verification::Settle(auth::AccessVerdict verdict) {
  if (verdict_ != nullptr) return;
  verdict_ = std::make_shared<const auth::AccessVerdict>(std::move(verdict));
  // From when it was asked on: what the checker knew is as old as that.
  if (rule_->keep_ms > 0 && verdict_->lasting) rule_->verdicts.Keep(question_, verdict_, asked_ms_ + rule_->keep_ms);
  if (connection_ != nullptr && !settling_) connection_->OnVerdict();
}

void Verification::Answer(uint16_t status, std::string_view lines, bool, std::string_view, int64_t) {
  Settle(ReadVerdict(*rule_, status, lines));
}

void Verification::Start(uint16_t status, std::string_view lines, bool, int64_t) { read_ = ReadVerdict(*rule_, status, lines); }

void Verification::Chunk(std::string_view content) {
  content_bytes_ += content.size();
  if (content_bytes_ <= kMostVerdictContentBytes) return relay_->OnTaken(content.size());
  relay_->Stop();
  Settle(std::move(read_));
}

void Verification::End(bool, std::string_view) { Settle(std::move(read_)); }

void Verification::Fail(uint16_t) { Settle(NoVerdict()); }

// ---- the thread's ---------------------------------------------------------------------------------------------------

Verifier::Verifier(IoThread& io) : io_(io), relay_rule_(RelayRule()) {}

Verifier::~Verifier() { EmptyGraveyard(); }

std::shared_ptr<const auth::AccessVerdict> Verifier::Ask(Connection* connection, const std::shared_ptr<VerifyRule>& rule,
                                                         const VerifiedRequest& request, Verification** pending) {
  const http::RequestHead& head = *request.head;
  const bool asks_view = rule->upstream.empty();
  const ProxyLane::Upstream* upstream = asks_view ? nullptr : io_.proxy().Find(rule->upstream);
  std::string_view host = request.head_bytes.substr(head.authority_offset, head.authority_length);
  if (upstream != nullptr) host = upstream->options->spec.authority;
  std::string text;
  AppendVerifyRequest(*rule, head, request.head_bytes, host, &text);
  std::string question;
  if (rule->keep_ms > 0) {
    question = QuestionOf(*rule, text, request);
    if (auto kept = rule->verdicts.Find(question, io_.now_ms())) return kept;
  }
  io_.counters().verifications.Add();
  *pending = new Verification(connection, rule, std::move(question), io_.now_ms());
  if (asks_view) {
    // The router is at the request that is to be verified: the other one is routed at the end of the turn.
    views_.push_back({*pending, text.append("\r\n"), request.origin->peer, request.origin->tls});
  } else if (upstream != nullptr) {
    AskUpstream(*pending, *upstream, std::move(text), request);
  } else {
    (*pending)->Settle(NoVerdict());  // a reload names what is not there before a restart
  }
  return nullptr;
}

void Verifier::AskUpstream(Verification* verification, const ProxyLane::Upstream& upstream, std::string text,
                           const VerifiedRequest& request) {
  const http::RequestHead& head = *request.head;
  const proxy::UpstreamSpec& spec = upstream.options->spec;
  const proxy::ClientFacts client{request.facts->client, request.peer, request.origin->trusted, request.origin->tls};
  proxy::AppendForwardingFields(head, request.head_bytes, proxy::ForwardedForm::kXForwarded, client, &text);
  if (spec.keep_alive == 0) text.append("Connection: close\r\n");
  auto relay = std::make_unique<proxy::Relay>(io_.proxy(), *verification, *upstream.pool, *upstream.balancer, relay_rule_);
  proxy::OutgoingRequest& outgoing = relay->request();
  outgoing.head = std::move(text);
  outgoing.public_scheme = request.origin->tls ? "https" : "http";
  outgoing.public_host = request.head_bytes.substr(head.authority_offset, head.authority_length);
  const std::string& target = verification->rule()->target;
  outgoing.path = target.substr(0, target.find('?'));
  if (client.client.family != 0) proxy::AppendAddress(client.client, &outgoing.remote_addr);
  verification->Begin(std::move(relay));
}

void Verifier::Drop(Verification* verification) {
  verification->Detach();
  std::erase_if(views_, [verification](const ViewRequest& each) { return each.verification == verification; });
  retired_.push_back(verification);
}

void Verifier::AskViews() {
  if (views_.empty()) return;
  const std::vector<ViewRequest> requests = std::exchange(views_, {});
  for (const ViewRequest& each : requests) {
    io_.RequestWithoutClient(each.peer, each.tls, each.head, each.verification->MakeTap());
  }
}

void Verifier::EmptyGraveyard() {
  for (size_t i = 0; i < retired_.size(); ++i) delete retired_[i];
  retired_.clear();
}

}  // namespace fastserve::server
