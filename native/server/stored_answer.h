// Answers a request from a stored response: conditions, a range, HEAD, Age. The I/O thread's own.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "native/cache/entry.h"
#include "native/cache/vary.h"
#include "native/server/connection.h"

namespace fastserve::server {

// `report`: a Cache-Status line (RFC 9211) with its line end, or nothing. `scratch` is the caller's, and holds the head's
// lines until the call returns. Takes its own reference of the entry where its content is sent in place.
void SendStored(Connection& connection, Exchange* exchange, const cache::RequestView& request,
                const cache::EntryRef& entry, std::string_view report, int64_t now_ms, std::string* scratch);

}  // namespace fastserve::server
