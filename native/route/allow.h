// Values of the Allow field (RFC 9110 10.2.1). Any thread.
#pragma once

#include <string_view>

#include "native/route/specification.h"

namespace fastserve::route {

// The methods that have a name: a set that is not kAnyMethod has no other bits.
constexpr MethodSet kNamedMethods = (1u << static_cast<int>(http::Method::kOther)) - 1;
// What kAnyMethod is inside the compiled table: the named methods and kOther.
constexpr MethodSet kEveryMethod = (1u << http::kMethodCount) - 1;

// The set as the table stores it: HEAD goes with GET (RFC 9110 9.3.2), kOther only with kAnyMethod.
MethodSet Normalised(MethodSet methods);

// "GET, HEAD, OPTIONS" for a normalised set of named methods: in the order of http::Method, always with OPTIONS, which
// the front answers itself. The text lives as long as the process.
std::string_view Allow(MethodSet methods);

}  // namespace fastserve::route
