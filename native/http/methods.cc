// The names behind Method.
#include <array>

#include "native/http/types.h"

namespace fastserve::http {

std::string_view MethodName(Method method) {
  static constexpr std::array<std::string_view, kMethodCount> kNames = {
      "GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "CONNECT", "TRACE", ""};
  return kNames[static_cast<size_t>(method)];
}

}  // namespace fastserve::http
