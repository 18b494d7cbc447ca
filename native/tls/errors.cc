#include "native/tls/errors.h"

#include <openssl/err.h>

namespace fastserve::tls {

std::string TakeError(const char* what) {
  std::string text(what);
  const unsigned long code = ERR_peek_last_error();
  const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  if (reason != nullptr) text.append(": ").append(reason);
  ERR_clear_error();
  return text;
}

}  // namespace fastserve::tls
