// One message to a unix datagram socket: how a service manager is told things (sd_notify(3)). Any thread.
#pragma once

#include <string>
#include <string_view>

namespace fastserve::net {

// `path`: of the socket, "@" first for an abstract name. Does not wait: false with errno set when the message cannot be
// delivered at once (nobody listens, the receiver's queue is full, the path is too long).
bool SendDatagram(const std::string& path, std::string_view message);

}  // namespace fastserve::net
