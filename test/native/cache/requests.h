// A parsed request head for tests.
#pragma once

#include <string>
#include <string_view>

#include "native/cache/vary.h"
#include "native/http/request/request_parser.h"

namespace fastserve::cache {

struct ParsedRequest {
  explicit ParsedRequest(std::string_view fields) : bytes("GET / HTTP/1.1\r\nHost: x\r\n") {
    bytes.append(fields).append("\r\n");
    http::ParseRequestHead(bytes, 0, http::HeadLimits{}, &head);
  }
  RequestView view() const { return {head, bytes}; }

  std::string bytes;
  http::RequestHead head;
};

}  // namespace fastserve::cache
