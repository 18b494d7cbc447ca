// A request in the uwsgi protocol: four bytes, a block of CGI variables, then the content, unframed. Pure; the I/O thread.
//
// DESIGN: made from the request head that an HTTP server would get, so that one place decides what goes to upstreams.
// Source of the wire format: uwsgi-docs, Protocol.rst. What variables are called: RFC 3875 4.1 and nginx's uwsgi_params.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace fastserve::proxy {

// What the head does not say.
struct UwsgiFacts {
  std::string_view path = {};         // decoded, without the prefix that is stripped: PATH_INFO
  std::string_view scheme = {};       // "http", "https"
  std::string_view remote_addr = {};  // the client as it is believed; empty for a unix socket
  uint64_t content_length = 0;        // of the whole content, which is there
};

// Appends everything but the content. `head`: request line and field lines, each with CRLF, without those that frame the
// content. False: the variables take more than 65,535 bytes; *out is unchanged.
bool AppendUwsgiRequest(std::string_view head, const UwsgiFacts& facts, std::string* out);

}  // namespace fastserve::proxy
