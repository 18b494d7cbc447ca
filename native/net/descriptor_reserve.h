// The last descriptors of the process, which clients' connections leave to everything else: files, upstreams, workers that
// start, the application's own. Without them a crowd that only connects would turn every file into 503. Any thread.
#pragma once

namespace fastserve::net {

class DescriptorReserve {
 public:
  static constexpr int kLargest = 64;
  static constexpr int kPart = 8;  // of a small limit

  // For the limit (RLIMIT_NOFILE) that the process has now.
  DescriptorReserve();

  // Whether a connection that got this descriptor is the last to be taken for now. The kernel gives the lowest number that is
  // free, so all below are in use.
  bool IsReached(int fd) const { return fd >= first_; }

  // Whether there is a descriptor beside the reserve. `any` is an open one, of which a duplicate is made and closed.
  bool HasRoom(int any) const;

 private:
  int first_;  // of the reserve
};

}  // namespace fastserve::net
