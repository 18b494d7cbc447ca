// Connections that never leave the machine. Any thread.
#pragma once

#include <sys/socket.h>

namespace fastserve::net {

// Whether an IPv4 or IPv6 address is one of the loopback's; false for other families.
bool IsLoopback(const sockaddr* address);

// Makes a TCP socket send without pacing; those accepted from a listener inherit it. Nothing is congested on the loopback, and a sender that
// spaces its packets by timers (BBR) pays for it with a quarter of its time where it sends much. Where it fails the socket is only slower.
void SendUnpaced(int fd);

}  // namespace fastserve::net
