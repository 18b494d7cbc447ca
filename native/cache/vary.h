// Which stored response a request selects (RFC 9111 4.1). Pure, any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "native/cache/entry.h"
#include "native/http/types.h"

namespace fastserve::cache {

// A request's head with the bytes that it was parsed from.
struct RequestView {
  const http::RequestHead& head;
  std::string_view bytes;
};

// The request's value of a field, normalised so that requests which mean the same have the same: all lines as one list,
// without blanks around commas; Accept-Encoding as the codings that it takes. `name` is in lower case. An absent field has an
// empty value, and only that has one (RFC 9111 4.1).
std::string NormalisedValue(const RequestView& request, std::string_view name);

// What an answer to `request` is selected by.
std::vector<VaryField> SelectionOf(const RequestView& request, const std::vector<std::string>& names);

bool Selects(const RequestView& request, const Entry& entry);

}  // namespace fastserve::cache
