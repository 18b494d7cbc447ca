// The descriptors that connections leave to others.
#include "native/net/descriptor_reserve.h"

#include <sys/resource.h>
#include <unistd.h>

#include <vector>

#include "native/base/unique_fd.h"
#include "test/native/testing.h"

namespace fastserve::net {
namespace {

class Limit {
 public:
  explicit Limit(rlim_t count) {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const rlimit limit{count, before_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &limit);
  }
  ~Limit() { ::setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

TEST("the reserve is an eighth of a small limit, and never more than 64") {
  {
    const Limit limit(160);
    const DescriptorReserve reserve;
    CHECK(!reserve.IsReached(139));
    CHECK(reserve.IsReached(140));
  }
  const Limit limit(1024);
  const DescriptorReserve reserve;
  CHECK(!reserve.IsReached(959));
  CHECK(reserve.IsReached(960));
}

TEST("there is room until all below the reserve are in use, and again when one of them is closed") {
  const Limit limit(160);
  const DescriptorReserve reserve;
  std::vector<base::UniqueFd> taken;
  while (reserve.HasRoom(0)) {
    taken.emplace_back(::dup(0));
    REQUIRE(taken.back().valid());
    CHECK(!reserve.IsReached(taken.back().get()));
  }
  CHECK(!taken.empty());
  base::UniqueFd from_reserve(::dup(0));
  CHECK(from_reserve.valid());
  CHECK(reserve.IsReached(from_reserve.get()));
  taken.front().Reset();
  CHECK(reserve.HasRoom(0));
}

}  // namespace
}  // namespace fastserve::net
