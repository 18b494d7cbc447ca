#include "native/net/descriptor_reserve.h"

#include <fcntl.h>
#include <sys/resource.h>

#include <algorithm>
#include <climits>

#include "native/base/unique_fd.h"

namespace fastserve::net {

DescriptorReserve::DescriptorReserve() : first_(INT_MAX) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur > INT_MAX) return;
  const int count = static_cast<int>(limit.rlim_cur);
  first_ = count - std::min(count / kPart, kLargest);
}

bool DescriptorReserve::HasRoom(int any) const {
  const base::UniqueFd lowest(::fcntl(any, F_DUPFD_CLOEXEC, 0));
  return lowest.valid() && !IsReached(lowest.get());
}

}  // namespace fastserve::net
