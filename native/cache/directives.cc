#include "native/cache/directives.h"

#include <algorithm>

#include "native/base/bytes.h"
#include "native/cache/directive_names.h"

namespace fastserve::cache {
namespace {

// Length of what stands before the next `separator` outside of a quoted-string (RFC 9110 5.6.4).
size_t ElementLength(std::string_view list, char separator) {
  bool quoted = false;
  for (size_t i = 0; i < list.size(); ++i) {
    if (quoted && list[i] == '\\') ++i;
    else if (list[i] == '"') quoted = !quoted;
    else if (list[i] == separator && !quoted) return i;
  }
  return list.size();
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), base::ToLowerAscii);
  return lower;
}

// The text of a token or a quoted-string.
std::string Unquote(std::string_view argument) {
  if (argument.size() < 2 || argument.front() != '"' || argument.back() != '"') return std::string(argument);
  std::string text;
  for (size_t i = 1; i + 1 < argument.size(); ++i) {
    if (argument[i] == '\\' && i + 2 < argument.size()) ++i;
    text.push_back(argument[i]);
  }
  return text;
}

void Withhold(std::string_view names, Directives* directives) {
  while (!names.empty()) {
    const size_t length = std::min(names.find(','), names.size());
    const std::string_view name = base::TrimOws(names.substr(0, length));
    if (!name.empty()) directives->withheld_fields.push_back(Lower(name));
    names.remove_prefix(std::min(length + 1, names.size()));
  }
}

void ReadOne(std::string_view directive, Directives* directives) {
  const size_t equals = directive.find('=');
  const std::string_view name = directive.substr(0, equals);
  const bool bare = equals == std::string_view::npos;
  const std::string argument = bare ? std::string() : Unquote(directive.substr(equals + 1));
  for (const FlagName& flag : kFlagNames) {
    if (!base::EqualsIgnoreCase(name, flag.name)) continue;
    const bool qualifiable = flag.member == &Directives::no_cache || flag.member == &Directives::is_private;
    if (qualifiable && !argument.empty()) return Withhold(argument, directives);
    directives->*flag.member = true;
    return;
  }
  for (const SecondsName& seconds : kSecondsNames) {
    if (!base::EqualsIgnoreCase(name, seconds.name)) continue;
    int64_t& value = directives->*seconds.member;
    if (value != kAbsent) return;
    const int64_t parsed = ParseDeltaSeconds(argument);
    value = bare ? seconds.when_bare : parsed == kAbsent ? seconds.when_wrong : parsed;
    return;
  }
}

}  // namespace

int64_t ParseDeltaSeconds(std::string_view text) {
  if (text.empty()) return kAbsent;
  int64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return kAbsent;
    value = std::min(value * 10 + (c - '0'), kMaxDeltaSeconds);
  }
  return value;
}

bool ReadSurrogateControl(std::string_view value, Directives* directives) {
  Directives for_all, for_us;
  while (!value.empty()) {
    const size_t length = ElementLength(value, ',');
    const std::string_view element = base::TrimOws(value.substr(0, length));
    const size_t end = ElementLength(element, ';');
    const std::string_view directive = base::TrimOws(element.substr(0, end));
    const std::string_view target = base::TrimOws(element.substr(std::min(end + 1, element.size())));
    if (!directive.empty() && end == element.size()) ReadOne(directive, &for_all);
    if (!directive.empty() && target == kSurrogateName) ReadOne(directive, &for_us);
    value.remove_prefix(std::min(length + 1, value.size()));
  }
  const auto says_something = [](const Directives& read) { return read.max_age != kAbsent || read.no_store; };
  if (!says_something(for_all) && !says_something(for_us)) return false;
  const Directives& read = says_something(for_us) ? for_us : for_all;
  *directives = {};
  directives->max_age = read.max_age;
  directives->no_store = read.no_store;
  return true;
}

void ReadDirectives(std::string_view value, Directives* directives) {
  while (!value.empty()) {
    const size_t length = ElementLength(value, ',');
    const std::string_view directive = base::TrimOws(value.substr(0, length));
    if (!directive.empty()) ReadOne(directive, directives);
    value.remove_prefix(std::min(length + 1, value.size()));
  }
}

}  // namespace fastserve::cache
