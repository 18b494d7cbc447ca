// The plainest balancer: the servers in turn. See upstream.h.
#include <algorithm>

#include "native/proxy/upstream.h"

namespace fastserve::proxy {

namespace {

class RoundRobin final : public Balancer {
 public:
  explicit RoundRobin(const UpstreamSpec& spec) : spec_(spec) {}

  Choice Pick(const RequestFacts&, std::span<const uint32_t> excluded, int64_t, Waiter*) override {
    const auto count = static_cast<uint32_t>(spec_.servers.size());
    for (uint32_t i = 0; i < count; ++i) {
      const uint32_t index = next_;
      next_ = (next_ + 1) % count;
      if (std::ranges::find(excluded, index) != excluded.end()) continue;
      return {Choice::Kind::kServer, index, &spec_.servers[index]};
    }
    return {};
  }

  void Forget(Waiter*) override {}
  void OnResult(uint32_t, Outcome, uint16_t, int64_t, int64_t) override {}

  bool MayRetry(const RetryFacts& facts, int64_t) override {
    return facts.attempts < spec_.tries && (facts.idempotent || !facts.sent);
  }

 private:
  const UpstreamSpec& spec_;
  uint32_t next_ = 0;
};

}  // namespace

std::unique_ptr<Balancer> MakeRoundRobin(const UpstreamSpec& spec) { return std::make_unique<RoundRobin>(spec); }

}  // namespace fastserve::proxy
