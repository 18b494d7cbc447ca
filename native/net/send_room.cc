#include "native/net/send_room.h"

#include <fcntl.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <string_view>

#include "native/base/check.h"
#include "native/base/unique_fd.h"

// Linux 5.15; older headers do not know it.
#ifndef SO_BUF_LOCK
#define SO_BUF_LOCK 72
#endif

namespace fastserve::net {
namespace {

// The last number of a setting of the kernel; 0 where it cannot be read, as in some containers.
int ReadSetting(const char* path) {
  const base::UniqueFd fd(::open(path, O_RDONLY | O_CLOEXEC));
  char text[128];
  const ssize_t size = fd.valid() ? ::read(fd.get(), text, sizeof text) : 0;
  std::string_view rest(text, size > 0 ? static_cast<size_t>(size) : 0);
  while (!rest.empty() && rest.back() == '\n') rest.remove_suffix(1);
  rest.remove_prefix(rest.find_last_of(" \t") + 1);
  int value = 0;
  std::from_chars(rest.data(), rest.data() + rest.size(), value);
  return value;
}

// The kernel doubles what it is asked for, for its own bookkeeping (socket(7)).
bool SetBuffer(int socket, int bytes) {
  const int half = bytes / 2;
  return ::setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &half, sizeof half) == 0;
}

int Queued(int socket) {
  int bytes = 0;
  return ::ioctl(socket, SIOCOUTQ, &bytes) == 0 ? bytes : 0;
}

// A buffer that was asked for is not to be smaller than one that grows by itself.
SendRoom::Limits SystemLimits() {
  const int asked = 2 * std::min(ReadSetting("/proc/sys/net/core/wmem_max"), SendRoom::kWideBytes / 2);
  const bool is_more = asked > ReadSetting("/proc/sys/net/ipv4/tcp_wmem");
  return is_more ? SendRoom::Limits{.grown = SendRoom::kGrownBytes, .asked = asked} : SendRoom::Limits{};
}

}  // namespace

bool SendRoom::Widen(int socket) {
  if (wide_.size() == kMostSockets) return false;
  if (!limits_) limits_ = SystemLimits();
  if (limits_->asked <= limits_->grown) return false;
  int now = 0;
  socklen_t length = sizeof now;
  if (::getsockopt(socket, SOL_SOCKET, SO_SNDBUF, &now, &length) != 0 || now < limits_->grown) return false;
  if (now >= limits_->asked || !SetBuffer(socket, limits_->asked)) return false;
  wide_.push_back({socket, Queued(socket)});
  return true;
}

SendRoom::Wide& SendRoom::Find(int socket) {
  const auto found = std::find_if(wide_.begin(), wide_.end(), [socket](const Wide& wide) { return wide.socket == socket; });
  FASTSERVE_CHECK(found != wide_.end(), "a socket without room was asked about");
  return *found;
}

void SendRoom::NoteFull(int socket) { Find(socket).queued = Queued(socket); }

bool SendRoom::KeepsPace(int socket) {
  Wide& wide = Find(socket);
  const int queued = Queued(socket);
  if (wide.queued - queued < limits_->pace) return false;
  wide.queued = queued;
  return true;
}

void SendRoom::Narrow(int socket) {
  SetBuffer(socket, limits_->grown);
  // Without this option (EINVAL) the buffer keeps the size that it had grown to.
  const int unlocked = 0;
  ::setsockopt(socket, SOL_SOCKET, SO_BUF_LOCK, &unlocked, sizeof unlocked);
  Forget(socket);
}

void SendRoom::Forget(int socket) {
  Find(socket) = wide_.back();
  wide_.pop_back();
}

}  // namespace fastserve::net
