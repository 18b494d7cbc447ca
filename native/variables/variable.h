// The variables of templates, by nginx's names. Plain data, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace fastserve::variables {

enum class Variable : uint8_t {
  kLiteral,  // not a variable: text between two
  kArgs, kBinaryRemoteAddr, kContentLength, kContentType, kDocumentUri, kHost, kHttps, kIsArgs, kQueryString, kRemoteAddr,
  kRemoteNet, kRemotePort, kRemoteUser, kRequest, kRequestId, kRequestMethod, kRequestUri, kScheme, kServerPort, kServerProtocol,
  kSslCipher, kSslProtocol, kSslServerName, kUri,
  kArgument, kCookie, kField,  // families: arg_, cookie_, http_ and a name
};

// A variable as it stands in a template. `name`: of a member of a family, empty otherwise; a view into what was looked up.
struct NamedVariable {
  Variable variable;
  std::string_view name;
};

// The variable called `name` (without "$"); nothing for an unknown one, and for a family without a name behind it.
std::optional<NamedVariable> FindVariable(std::string_view name);

// The known name most like `name`, where it is near enough to be a slip of the hand; empty otherwise. For messages.
std::string_view NearestVariable(std::string_view name);

}  // namespace fastserve::variables
