// The value of one variable for one request. Pure, any thread.
#pragma once

#include <string>
#include <string_view>

#include "native/variables/request_facts.h"
#include "native/variables/variable.h"

namespace fastserve::variables {

// Appends the value; nothing when the request has none. `name`: within a family; for a field in lower case with hyphens.
//   $http_name    all lines of the field, joined with ", " (Cookie: "; "); a hyphen in a field's name is "_" in the variable
//   $cookie_name  of the first cookie of that name, quotes included
//   $arg_name     of the first argument of that name, not decoded
//   $host         in lower case, without port; of the absolute form or a trusted proxy's word before Host
void AppendVariable(Variable variable, std::string_view name, const RequestFacts& facts, std::string* out);

}  // namespace fastserve::variables
