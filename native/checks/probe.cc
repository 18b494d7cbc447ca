#include "native/checks/probe.h"

#include <netinet/in.h>

#include <algorithm>

#include "native/checks/health_checker.h"

namespace fastserve::checks {

namespace {

void SetPort(uint16_t port, proxy::ServerSpec* spec) {
  if (port == 0) return;
  if (spec->address.ss_family == AF_INET) reinterpret_cast<sockaddr_in*>(&spec->address)->sin_port = htons(port);
  if (spec->address.ss_family == AF_INET6) reinterpret_cast<sockaddr_in6*>(&spec->address)->sin6_port = htons(port);
}

}  // namespace

Probe::Probe(HealthChecker& checker, proxy::IoServices& io, proxy::UpstreamPool& pool, const proxy::RuleSpec& rule,
             const CheckSettings& settings, std::shared_ptr<balance::Server> server, int64_t now_ms, int64_t delay_ms)
    : checker_(checker), io_(io), pool_(pool), rule_(rule), settings_(settings), server_(std::move(server)), spec_(server_->spec) {
  SetPort(settings.port, &spec_);
  timer_.kind = proxy::kTimerKind;
  timer_.owner = static_cast<proxy::Timed*>(this);
  Schedule(now_ms, delay_ms);
}

Probe::~Probe() {
  io_.wheel().Cancel(&timer_);
  if (connection_ != nullptr) connection_->Close();
}

void Probe::Schedule(int64_t now_ms, int64_t delay_ms) { io_.wheel().Arm(&timer_, now_ms + delay_ms); }

void Probe::OnTimer() {
  // A connection that takes too long. A relay has timers of its own.
  if (asking_) {
    connection_->Close();
    connection_ = nullptr;
    return Judge(false);
  }
  // May destroy this probe, when its server has gone.
  if (!checker_.Refresh(*this)) return;
  asking_ = true;
  status_ = 0;
  content_.clear();
  if (settings_.connects_only) return Connect();
  Ask();
}

// ---- asking ---------------------------------------------------------------------------------------------------------

void Probe::Connect() {
  Schedule(io_.now_ms(), settings_.timeout_ms);
  connection_ = pool_.Open(spec_, this, {});
  if (connection_ == nullptr) Judge(false);
}

void Probe::OnConnected() {
  connection_->Close();
  connection_ = nullptr;
  Judge(true);
}

void Probe::OnEnd(proxy::UpstreamEnd end) {
  if (end == proxy::UpstreamEnd::kFinished) connection_->Close();
  connection_ = nullptr;
  Judge(false);
}

void Probe::Ask() {
  relay_ = std::make_unique<proxy::Relay>(io_, *this, pool_, *this, rule_);
  proxy::OutgoingRequest& request = relay_->request();
  request.method = settings_.method == "HEAD"      ? http::Method::kHead
                   : settings_.method == "OPTIONS" ? http::Method::kOptions
                                                   : http::Method::kGet;
  request.public_scheme = spec_.tls ? "https" : "http";
  request.public_host = settings_.host.empty() ? spec_.authority : settings_.host;
  request.path = settings_.path;
  request.head.append(settings_.method).append(" ").append(settings_.target).append(" HTTP/1.1\r\nHost: ");
  request.head.append(request.public_host).append("\r\nUser-Agent: fastserve-check\r\nConnection: close\r\n");
  relay_->Start();
}

proxy::Choice Probe::Pick(const proxy::RequestFacts&, std::span<const uint32_t> excluded, int64_t, proxy::Waiter*) {
  if (!excluded.empty()) return {};
  return {proxy::Choice::Kind::kServer, 0, &spec_};
}

// ---- the answer -----------------------------------------------------------------------------------------------------

void Probe::Answer(uint16_t status, std::string_view, bool, std::string_view content, int64_t) {
  status_ = status;
  content_ = content.substr(0, CheckSettings::kBodyBytes);
  JudgeAnswer(true);
}

void Probe::Start(uint16_t status, std::string_view, bool, int64_t) {
  status_ = status;
  if (settings_.body.empty()) JudgeAnswer(true);
}

// What was collected decides as soon as it can: no answer is read to its end for nothing.
void Probe::Chunk(std::string_view content) {
  content_.append(content.substr(0, CheckSettings::kBodyBytes - content_.size()));
  relay_->OnTaken(content.size());
  if (content_.size() >= CheckSettings::kBodyBytes || content_.find(settings_.body) != std::string::npos) JudgeAnswer(true);
}

void Probe::End(bool complete, std::string_view) { JudgeAnswer(complete); }

void Probe::Fail(uint16_t) { Judge(false); }

void Probe::JudgeAnswer(bool complete) {
  const bool is_expected = std::ranges::any_of(settings_.statuses, [&](const auto& range) {
    return status_ >= range.first && status_ <= range.second;
  });
  const bool has_body = settings_.body.empty() || content_.find(settings_.body) != std::string::npos;
  Judge(complete && is_expected && has_body);
}

// Once for each check. What is believed of the server changes only after several checks in a row that contradict it.
void Probe::Judge(bool passed) {
  asking_ = false;
  if (relay_ != nullptr) relay_->Stop();
  const int64_t now_ms = io_.now_ms();
  server_->NoteCheck(passed, status_);
  const bool believed = server_->health.checked();
  in_a_row_ = passed == believed ? 0 : in_a_row_ + 1;
  if (in_a_row_ >= (passed ? settings_.rise : settings_.fall)) {
    in_a_row_ = 0;
    server_->health.SetChecked(passed, now_ms);
  }
  Schedule(now_ms, checker_.NextDelayMs());
}

}  // namespace fastserve::checks
