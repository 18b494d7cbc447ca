// Credentials of the Basic scheme (RFC 7617). Pure, any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace fastserve::auth {

// Bytes of base64 with padding (RFC 4648 4), nothing for any other text.
std::optional<std::string> DecodeBase64(std::string_view text);

// "user:password" from the value of Authorization; nothing for another scheme, broken base64, and without a colon.
std::optional<std::string> ReadBasic(std::string_view authorization);

}  // namespace fastserve::auth
