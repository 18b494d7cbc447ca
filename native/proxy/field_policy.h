// Which fields concern one connection only and stay on their side of the proxy (RFC 9110 7.6.1). Pure, any thread.
#pragma once

#include <cstdint>
#include <string_view>

#include "native/http/types.h"

namespace fastserve::proxy {

// Those of them that have an id.
constexpr uint64_t kHopByHopIds = http::BitOf(http::FieldId::kConnection) | http::BitOf(http::FieldId::kContentLength) |
                                  http::BitOf(http::FieldId::kTransferEncoding) | http::BitOf(http::FieldId::kUpgrade) |
                                  http::BitOf(http::FieldId::kTe) | http::BitOf(http::FieldId::kTrailer) |
                                  http::BitOf(http::FieldId::kKeepAlive) | http::BitOf(http::FieldId::kProxyConnection);

// Those that have none.
bool IsHopByHopName(std::string_view name);

// True for Connection, Keep-Alive, Proxy-Connection, TE, Trailer, Transfer-Encoding, Upgrade, Proxy-Authenticate,
// Proxy-Authorization, Proxy-Authentication-Info, and Content-Length, which the framing of each side decides.
inline bool IsHopByHop(http::FieldId id, std::string_view name) {
  return id == http::FieldId::kUnknown ? IsHopByHopName(name) : (http::BitOf(id) & kHopByHopIds) != 0;
}

// Whether a Connection line of `block` names the field.
class Nominations {
 public:
  Nominations(const http::FieldBlock& block, std::string_view head_bytes);
  bool any() const { return any_; }
  bool Has(std::string_view name) const { return any_ && Names(name); }

 private:
  bool Names(std::string_view name) const;

  const http::FieldBlock& block_;
  std::string_view head_bytes_;
  bool any_ = false;  // an option other than close and keep-alive is there
};

}  // namespace fastserve::proxy
