#include "native/auth/keyed_hash.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include "native/base/check.h"

namespace fastserve::auth {

KeyedHash::KeyedHash() {
  FASTSERVE_CHECK(RAND_bytes(secret_.data(), static_cast<int>(secret_.size())) == 1, "random numbers");
}

KeyedHash::Digest KeyedHash::operator()(std::string_view text) const {
  Digest digest{};
  unsigned length = 0;
  HMAC(EVP_sha256(), secret_.data(), static_cast<int>(secret_.size()), reinterpret_cast<const unsigned char*>(text.data()),
       text.size(), digest.data(), &length);
  return digest;
}

}  // namespace fastserve::auth
