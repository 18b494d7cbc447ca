// What OpenSSL has to say about its last failure, in one short line. The calling thread's error queue.
#pragma once

#include <string>

namespace fastserve::tls {

// "<what>: <OpenSSL's reason>", or `what` alone when the queue is empty. Empties the queue.
std::string TakeError(const char* what);

}  // namespace fastserve::tls
