// Checks one server again and again, and tells the balancers of all threads whether it serves. One I/O thread's own.
//
//   waiting ──its time──► asking ──passed or failed──► waiting
//
// DESIGN: a check is a proxied request like any other, by a relay of its own, so that an answer passes a check exactly when a
// client could have got it: the same parser, the same limits, HTTP and uwsgi, TCP, unix sockets and TLS. The probe is the
// relay's client, and a balancer that knows one server.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "native/balance/server.h"
#include "native/checks/settings.h"
#include "native/proxy/relay.h"

namespace fastserve::checks {

class HealthChecker;

class Probe final : public proxy::Timed, public proxy::UpstreamUser, public proxy::Asker, public proxy::Balancer {
 public:
  // All of them outlive the probe. Its first check begins `delay_ms` from now.
  Probe(HealthChecker& checker, proxy::IoServices& io, proxy::UpstreamPool& pool, const proxy::RuleSpec& rule,
        const CheckSettings& settings, std::shared_ptr<balance::Server> server, int64_t now_ms, int64_t delay_ms);
  ~Probe();

  const std::shared_ptr<balance::Server>& server() const { return server_; }

  // The time of the next check, or the end of a connection's.
  void OnTimer() override;

  // ---- a check that only connects ----
  void OnConnected() override;
  void OnBytes(std::string_view) override {}
  bool WantsBytes() const override { return false; }
  void OnSent() override {}
  void OnEnd(proxy::UpstreamEnd end) override;

 private:
  void Ask();
  void Connect();
  void Judge(bool passed);
  void JudgeAnswer(bool complete);
  void TakeContent(std::string_view content);
  void Schedule(int64_t now_ms, int64_t delay_ms);

  // ---- the relay's client ----
  void Answer(uint16_t status, std::string_view lines, bool has_date, std::string_view content, int64_t announced) override;
  void Start(uint16_t status, std::string_view lines, bool has_date, int64_t length) override;
  void Chunk(std::string_view content) override;
  void End(bool complete, std::string_view trailers) override;
  void Fail(uint16_t status) override;

  // ---- the relay's balancer ----
  proxy::Choice Pick(const proxy::RequestFacts&, std::span<const uint32_t> excluded, int64_t, proxy::Waiter*) override;
  void Forget(proxy::Waiter*) override {}
  void OnResult(uint32_t, proxy::Outcome, uint16_t, int64_t, int64_t) override {}
  bool MayRetry(const proxy::RetryFacts&, int64_t) override { return false; }

  HealthChecker& checker_;
  proxy::IoServices& io_;
  proxy::UpstreamPool& pool_;
  const proxy::RuleSpec& rule_;
  const CheckSettings& settings_;
  const std::shared_ptr<balance::Server> server_;
  proxy::ServerSpec spec_;   // the server's, with the port of checks
  net::Timer timer_;
  std::unique_ptr<proxy::Relay> relay_;              // of the last check: its calls may still be under way when that is judged
  proxy::UpstreamConnection* connection_ = nullptr;  // of a check that only connects
  bool asking_ = false;
  uint16_t status_ = 0;      // of the answer; 0: none
  std::string content_;      // of the answer, where it is looked at
  uint32_t in_a_row_ = 0;    // checks that contradict what is believed of the server
};

}  // namespace fastserve::checks
