// Parses one pattern of Django's path() language. Main thread, at compile time only.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "native/route/converter.h"
#include "native/route/table.h"

namespace fastserve::route {

// Literal bytes (never empty) or a converter. Names are the worker's business: parameters go by their order.
using PatternPart = std::variant<std::string, Converter>;
using Pattern = std::vector<PatternPart>;

// "blog/<int:year>/" to its parts. The error names the pattern, what was found, what was expected and the fix.
std::variant<Pattern, CompileError> ParsePattern(std::string_view pattern);

// A value for an error message: in double quotes, control bytes as \xNN, cut after 80 bytes.
std::string Quoted(std::string_view value);

}  // namespace fastserve::route
