#include "native/checks/health_checker.h"

#include <algorithm>
#include <utility>

namespace fastserve::checks {

namespace {

proxy::UpstreamSpec SpecFor(const proxy::UpstreamSpec& upstream, const CheckSettings& settings) {
  const int64_t timeout_ms = settings.timeout_ms;
  proxy::UpstreamSpec spec = upstream;
  spec.keep_alive = 0;
  // Who answers checks on a port of its own is not who gets the requests.
  if (settings.port != 0) spec.proxy_version = net::ProxyVersion::kNone;
  spec.sticky_cookie.clear();
  spec.timeouts.connect_ms = spec.timeouts.first_byte_ms = spec.timeouts.send_ms = spec.timeouts.idle_ms = timeout_ms;
  spec.timeouts.total_ms = timeout_ms;
  return spec;
}

}  // namespace

HealthChecker::HealthChecker(proxy::IoServices& io, const proxy::UpstreamSpec& upstream, std::shared_ptr<balance::Group> group,
                             const CheckSettings& settings, int64_t now_ms)
    : io_(io),
      group_(std::move(group)),
      settings_(settings),
      spec_(SpecFor(upstream, settings)),
      pool_(io, spec_, nullptr),
      random_(static_cast<uint64_t>(now_ms) | 1) {
  TakeOver(now_ms);
}

bool HealthChecker::Refresh(const Probe& asking) {
  if (group_->version() == version_) return true;
  const balance::Server* const server = asking.server().get();
  TakeOver(io_.now_ms());
  return std::ranges::any_of(probes_, [server](const auto& probe) { return probe->server().get() == server; });
}

// Probes of servers that stay go on; the others end, with what they ask just now.
void HealthChecker::TakeOver(int64_t now_ms) {
  version_ = group_->version();
  const balance::ServerList servers = group_->servers();
  std::erase_if(probes_, [&](const auto& probe) { return std::ranges::find(servers, probe->server()) == servers.end(); });
  for (const std::shared_ptr<balance::Server>& server : servers) {
    const auto is_its = [&](const auto& probe) { return probe->server() == server; };
    if (std::ranges::any_of(probes_, is_its)) continue;
    const auto delay_ms = static_cast<int64_t>(Random() * settings_.jitter * static_cast<double>(settings_.interval_ms));
    probes_.push_back(std::make_unique<Probe>(*this, io_, pool_, rule_, settings_, server, now_ms, delay_ms));
  }
}

int64_t HealthChecker::NextDelayMs() {
  const double part = 1 + (2 * Random() - 1) * settings_.jitter;
  return std::max<int64_t>(1, static_cast<int64_t>(part * static_cast<double>(settings_.interval_ms)));
}

// In [0, 1): xorshift64* (Vigna 2016), for spreading only.
double HealthChecker::Random() {
  random_ ^= random_ >> 12;
  random_ ^= random_ << 25;
  random_ ^= random_ >> 27;
  return static_cast<double>((random_ * 0x2545F4914F6CDD1D) >> 11) * 0x1p-53;
}

}  // namespace fastserve::checks
