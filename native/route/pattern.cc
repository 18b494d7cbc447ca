// DESIGN: one pass from left to right; the first error ends it. Literals run up to the next bracket.
#include "native/route/pattern.h"

#include <algorithm>
#include <cstdio>
#include <optional>

namespace fastserve::route {
namespace {

bool IsSpace(char byte) { return byte == ' ' || (byte >= '\t' && byte <= '\r'); }
bool IsDigit(char byte) { return byte >= '0' && byte <= '9'; }
bool IsNameByte(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_' || IsDigit(byte);
}
bool IsName(std::string_view name) {
  return !name.empty() && !IsDigit(name[0]) && std::all_of(name.begin(), name.end(), IsNameByte);
}

class Parser {
 public:
  explicit Parser(std::string_view pattern) : pattern_(pattern) {}

  std::variant<Pattern, CompileError> Parse() {
    if (pattern_.starts_with('/')) {
      Fail("begins with \"/\", which every path has already; remove it (and end the include() before it with \"/\")");
    }
    while (!error_ && offset_ < pattern_.size()) {
      if (pattern_[offset_] == '<') {
        ParseParameter();
      } else {
        ParseLiteral();
      }
    }
    if (error_) return CompileError{std::string(pattern_), *error_};
    return std::move(parts_);
  }

 private:
  void ParseLiteral() {
    const size_t end = std::min(pattern_.find_first_of("<>", offset_), pattern_.size());
    if (end < pattern_.size() && pattern_[end] == '>') {
      return Fail("has a \">\" without its \"<\"; write parameters as <converter:name>");
    }
    parts_.emplace_back(std::string(pattern_.substr(offset_, end - offset_)));
    offset_ = end;
  }

  void ParseParameter() {
    const size_t end = pattern_.find_first_of("<>", offset_ + 1);
    if (end == std::string_view::npos || pattern_[end] == '<') {
      return Fail("has a \"<\" without its \">\" at " + Quoted(pattern_.substr(offset_)) +
                  "; write parameters as <converter:name>");
    }
    const std::string_view inside = pattern_.substr(offset_ + 1, end - offset_ - 1);
    offset_ = end + 1;
    if (std::any_of(inside.begin(), inside.end(), IsSpace)) {
      return Fail("has white space inside " + Quoted(std::string("<").append(inside).append(">")) + "; remove it");
    }
    const size_t colon = inside.find(':');
    if (colon == std::string_view::npos) return AddParameter("str", inside);
    AddParameter(inside.substr(0, colon), inside.substr(colon + 1));
  }

  void AddParameter(std::string_view converter_name, std::string_view name) {
    const std::optional<Converter> converter = FindConverter(converter_name);
    if (!converter) {
      return Fail("names the converter " + Quoted(converter_name) +
                  "; expected int, str, slug, uuid or path (or declare the route with rePath() or a registered "
                  "custom converter)");
    }
    if (!IsName(name)) {
      return Fail("has the parameter name " + Quoted(name) +
                  "; expected a letter or \"_\", then letters, digits or \"_\"");
    }
    if (std::find(names_.begin(), names_.end(), name) != names_.end()) {
      return Fail("uses the parameter name " + Quoted(name) + " twice (includes count); rename one of them");
    }
    if (names_.size() == kMaxParams) {
      return Fail("has more than " + std::to_string(kMaxParams) +
                  " parameters; take fewer, or one <path:rest> that the view splits");
    }
    names_.push_back(name);
    parts_.emplace_back(*converter);
  }

  // Keeps the first error, which is the leftmost one.
  void Fail(const std::string& what) {
    if (!error_) error_ = "the pattern " + Quoted(pattern_) + " " + what;
  }

  std::string_view pattern_;
  size_t offset_ = 0;
  Pattern parts_;
  std::vector<std::string_view> names_;
  std::optional<std::string> error_;
};

}  // namespace

std::variant<Pattern, CompileError> ParsePattern(std::string_view pattern) { return Parser(pattern).Parse(); }

std::string Quoted(std::string_view value) {
  constexpr size_t kMaxShown = 80;
  std::string out = "\"";
  for (const char byte : value.substr(0, kMaxShown)) {
    if (static_cast<uint8_t>(byte) >= 0x20 && byte != 0x7F) {
      out += byte;
      continue;
    }
    char escaped[5];
    std::snprintf(escaped, sizeof(escaped), "\\x%02X", static_cast<uint8_t>(byte));
    out += escaped;
  }
  return out + (value.size() > kMaxShown ? "…\"" : "\"");
}

}  // namespace fastserve::route
