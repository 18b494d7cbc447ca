// uri-host [ ":" port ] of Host and of request-targets (RFC 9110 7.2, RFC 3986 3.2.2). Pure, any thread.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace fastserve::http {

enum class PortRule : unsigned char {
  kOptional,  // "host", "host:", "host:80"
  kRequired,  // "host:80" only: authority-form, RFC 9112 3.2.3
};

// True when `text` is a host that is not empty (a reg-name with valid escapes, an IPv4 address or an IPv6 address in
// brackets, without a zone) and a port from 0 to 65535 as the rule says. User information and IPvFuture are refused.
bool IsAuthority(std::string_view text, PortRule rule);

// The last authority that was found valid (kOptional), of up to kLongest bytes: most requests have the one before's. Not to be
// shared between threads.
class KnownAuthority {
 public:
  static constexpr size_t kLongest = 63;

  bool Is(std::string_view text) const {
    return text.size() == length_ && std::memcmp(text.data(), text_, length_) == 0;
  }
  void Remember(std::string_view valid) {
    if (valid.size() > kLongest) return;
    std::memcpy(text_, valid.data(), valid.size());
    length_ = static_cast<uint8_t>(valid.size());
  }

 private:
  uint8_t length_ = 0;  // 0: none, and no authority is empty
  char text_[kLongest] = {};
};

}  // namespace fastserve::http
