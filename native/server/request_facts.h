// What templates may say of a request, gathered from where the server keeps it. The I/O thread.
#pragma once

#include <string_view>

#include "native/server/origin.h"
#include "native/variables/request_facts.h"

namespace fastserve::server {

class Connection;
struct Exchange;

// Views into the arguments, which must outlive the result. `path`: decoded and in normal form. request_id is the exchange's
// own, which is empty until somebody has made one (IoThread::NewRequestId).
variables::RequestFacts FactsOf(const Connection& connection, const Exchange& exchange, const http::RequestHead& head,
                                std::string_view head_bytes, std::string_view path, const Origin& origin);

}  // namespace fastserve::server
