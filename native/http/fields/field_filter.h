// Which fields of an upstream's answers do not reach clients. Immutable, any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fastserve::http {

class FieldFilter {
 public:
  // Withholds nothing.
  FieldFilter() = default;
  // Names in lower case. With `pass` nothing goes on but these fields and those that answers cannot be understood without (content, caching,
  // conditions, redirects, challenges); Set-Cookie is none of the latter.
  FieldFilter(std::vector<std::string> hide, std::optional<std::vector<std::string>> pass);

  bool on() const { return !hide_.empty() || pass_.has_value(); }
  // `name` in any case.
  bool Withholds(std::string_view name) const;

 private:
  std::vector<std::string> hide_;
  std::optional<std::vector<std::string>> pass_;
};

}  // namespace fastserve::http
