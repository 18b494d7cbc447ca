// What templates may say of a request, gathered from where the server keeps it. The I/O thread.
#pragma once

#include <string_view>

#include "native/server/connection/origin.h"
#include "native/variables/request_facts.h"

namespace fastserve::server {

class Connection;

// Views into the arguments, which must outlive the result. `path`: decoded and in normal form. request_id is a trusted
// proxy's; a caller that needs one for every request makes it (IoThread::NewRequestId).
variables::RequestFacts FactsOf(const Connection& connection, const http::RequestHead& head, std::string_view head_bytes,
                                std::string_view path, const Origin& origin);

// The id that a trusted proxy gave the request; empty: none, or one that cannot stand anywhere.
std::string_view GivenRequestId(const http::RequestHead& head, std::string_view head_bytes, const Origin& origin);

}  // namespace fastserve::server
