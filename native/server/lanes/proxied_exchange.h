// An exchange whose answer comes from an upstream: the relay, and what it says to the client. The I/O thread's own.
#pragma once

#include <string_view>

#include "native/proxy/client.h"
#include "native/proxy/relay.h"

namespace fastserve::server {

class IoThread;
struct Exchange;

class ProxiedExchange final : public proxy::Client {
 public:
  ProxiedExchange(IoThread& io, Exchange* exchange, proxy::IoServices& services, proxy::UpstreamPool& pool,
                  proxy::Balancer& balancer, const proxy::RuleSpec& rule);

  proxy::Relay& relay() { return relay_; }
  // The exchange is no longer ours: calls of the relay reach nobody.
  void Detach();

  void Interim(uint16_t status, std::string_view lines) override;
  void Answer(uint16_t status, std::string_view lines, bool has_date, std::string_view content,
              int64_t announced) override;
  void Start(uint16_t status, std::string_view lines, bool has_date, int64_t length) override;
  void Chunk(std::string_view content) override;
  void End(bool complete, std::string_view trailers) override;
  void Fail(uint16_t status) override;
  bool FollowsFileNames() const override;
  void SendFile(std::string_view name, std::string_view lines) override;
  void LimitRate(const http::LimitRate& rate) override;
  void WantContent() override;
  void StartTunnel(std::string_view lines) override;
  void TunnelBytes(std::string_view bytes) override;
  void FinishTunnel() override;
  void EndTunnel(bool broken) override;

 private:
  IoThread& io_;
  Exchange* exchange_;
  proxy::Relay relay_;
};

}  // namespace fastserve::server
