#include "native/template/page_tag.h"

#include <sys/random.h>

#include <cerrno>

#include "native/base/check.h"
#include "native/template/hash.h"

namespace fastserve::templates {

namespace {

uint64_t RandomKey() {
  uint64_t key = 0;
  ssize_t got;
  do {
    got = ::getrandom(&key, sizeof key, 0);
  } while (got < 0 && errno == EINTR);
  FASTSERVE_CHECK(got == static_cast<ssize_t>(sizeof key), "the kernel gave no random bytes");
  return key;
}

}  // namespace

PageTag::PageTag(const LiteralTable& table, std::string_view payload) {
  const uint64_t hash = HashBytes(payload, table.tag_key()) ^ table.version();
  char* at = text_;
  for (const char byte : {'W', '/', '"'}) *at++ = byte;
  for (int shift = 60; shift >= 0; shift -= 4) *at++ = "0123456789abcdef"[(hash >> shift) & 15];
  *at = '"';
}

uint64_t TagKey(std::string_view secret) {
  static const uint64_t process_key = RandomKey();
  return secret.empty() ? process_key : HashBytes(secret, 0);
}

}  // namespace fastserve::templates
