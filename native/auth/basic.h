// Credentials of the Basic scheme (RFC 7617). Pure, any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace fastserve::auth {

// Bytes of base64 with padding (RFC 4648 4), nothing for any other text.
std::optional<std::string> DecodeBase64(std::string_view text);

// "user:password" from the value of Authorization; nothing for another scheme, broken base64, without a colon, and with a control
// character, which neither may contain (RFC 7617 2): to HMAC, and so to scrypt, "secret" and "secret" with NULs behind it are the same key.
std::optional<std::string> ReadBasic(std::string_view authorization);

}  // namespace fastserve::auth
