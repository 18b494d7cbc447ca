// What a template may say of a request. Plain views into what the caller has; any thread.
#pragma once

#include <cstdint>
#include <string_view>

#include "native/base/ip_address.h"
#include "native/http/types.h"

namespace fastserve::variables {

// Everything must live for the length of one Expand. What is not known stays empty and expands to nothing.
struct RequestFacts {
  const http::RequestHead* head = nullptr;  // with head_bytes; null: the request was broken, only the rest is known
  std::string_view head_bytes;              // the bytes that *head was parsed from
  std::string_view path;                    // decoded and in normal form ($uri); empty: "/" or the raw path serves
  base::IpAddress client;                   // as far as it is known: a trusted proxy's word counts; family 0: a unix socket
  uint16_t client_port = 0;
  uint16_t server_port = 0;                 // of the listener; 0: a unix socket
  bool tls = false;                         // the client's own connection is encrypted
  std::string_view request_id;
  std::string_view remote_user;             // a name that was proven by its password
  std::string_view ssl_protocol;            // "TLSv1.3"
  std::string_view ssl_cipher;
  std::string_view ssl_server_name;         // of SNI
};

}  // namespace fastserve::variables
