#include "native/cache/response_facts.h"

#include <algorithm>

#include "native/base/bytes.h"
#include "native/http/date.h"
#include "native/http/field_lines.h"

namespace fastserve::cache {
namespace {

constexpr std::string_view kForCacheOnly[] = {"surrogate-key", "cache-tag", "x-accel-expires"};
constexpr std::string_view kMadeAnew[] = {"age", "date", "cache-status", "set-cookie"};
constexpr std::string_view kOfNotModified[] = {"cache-control", "content-location", "etag",
                                               "expires",       "vary",             "last-modified"};
constexpr std::string_view kOfContent[] = {"content-encoding", "content-type", "content-range", "content-length", "etag"};

template <size_t N>
bool IsOneOf(const http::FieldLine& line, const std::string_view (&names)[N]) {
  return std::ranges::any_of(names, [&](std::string_view name) { return line.Is(name); });
}

// Calls `each` with the parts of `list` between `separator`s, without blanks around them and without empty ones.
template <typename Each>
void Split(std::string_view list, char separator, Each&& each) {
  while (!list.empty()) {
    const size_t length = std::min(list.find(separator), list.size());
    const std::string_view part = base::TrimOws(list.substr(0, length));
    if (!part.empty()) each(part);
    list.remove_prefix(std::min(length + 1, list.size()));
  }
}

void ReadVary(std::string_view value, ResponseFacts* facts) {
  Split(value, ',', [&](std::string_view name) {
    if (name == "*") facts->varies_on_all = true;
    std::string lower(name);
    std::transform(lower.begin(), lower.end(), lower.begin(), base::ToLowerAscii);
    if (std::ranges::find(facts->vary, lower) == facts->vary.end()) facts->vary.push_back(std::move(lower));
  });
}

// Of a list only the first member counts; what is no number is ignored (RFC 9111 5.1).
void ReadAge(std::string_view value, ResponseFacts* facts) {
  const int64_t age = ParseDeltaSeconds(base::TrimOws(value.substr(0, value.find(','))));
  if (age != kAbsent) facts->age_s = age;
}

void ReadLine(const http::FieldLine& line, ResponseFacts* facts) {
  if (line.Is("cache-control")) {
    ReadDirectives(line.value, &facts->directives);
  } else if (line.Is("expires")) {
    if (!facts->has_expires && !http::ParseHttpDate(line.value, &facts->expires)) facts->expires = 0;
    facts->has_expires = true;
  } else if (line.Is("date")) {
    int64_t seconds;
    if (http::ParseHttpDate(line.value, &seconds)) facts->date = seconds;
  } else if (line.Is("age")) {
    ReadAge(line.value, facts);
  } else if (line.Is("vary")) {
    ReadVary(line.value, facts);
  } else if (line.Is("etag")) {
    facts->etag = line.value;
  } else if (line.Is("last-modified")) {
    int64_t seconds;
    if (!http::ParseHttpDate(line.value, &seconds)) return;
    facts->last_modified = seconds;
    facts->last_modified_text = line.value;
  } else if (line.Is("set-cookie")) {
    facts->sets_cookies = true;
  } else if (line.Is("content-range")) {
    facts->partial = true;
  } else if (line.Is("x-accel-redirect")) {
    facts->names_file = true;
  } else if (line.Is("x-accel-expires")) {
    facts->accel_expires_s = std::max<int64_t>(ParseDeltaSeconds(line.value), 0);
  } else if (line.Is("surrogate-key") || line.Is("cache-tag")) {
    Split(line.value, line.Is("cache-tag") ? ',' : ' ', [&](std::string_view tag) { facts->tags.emplace_back(tag); });
  }
}

}  // namespace

ResponseFacts ReadResponse(uint16_t status, std::string_view block) {
  ResponseFacts facts;
  facts.status = status;
  for (http::FieldLine line; http::TakeFieldLine(&block, &line);) ReadLine(line, &facts);
  return facts;
}

bool IsForCacheOnly(std::string_view name) {
  return std::ranges::any_of(kForCacheOnly, [&](std::string_view known) { return base::EqualsIgnoreCase(name, known); });
}

bool StripForClients(std::string_view block, std::string* kept) {
  std::string rest;
  bool stripped = false;
  for (http::FieldLine line; http::TakeFieldLine(&block, &line);) {
    if (IsForCacheOnly(line.name)) stripped = true;
    else rest.append(line.whole);
  }
  if (stripped) *kept = std::move(rest);
  return stripped;
}

std::string StoredFields(const ResponseFacts& facts, std::string_view block) {
  std::string stored;
  stored.reserve(block.size());
  for (http::FieldLine line; http::TakeFieldLine(&block, &line);) {
    if (IsForCacheOnly(line.name) || IsOneOf(line, kMadeAnew)) continue;
    const auto& withheld = facts.directives.withheld_fields;
    if (std::ranges::any_of(withheld, [&](const std::string& name) { return line.Is(name); })) continue;
    stored.append(line.whole);
  }
  return stored;
}

std::string NotModifiedFields(std::string_view stored) {
  std::string fields;
  for (http::FieldLine line; http::TakeFieldLine(&stored, &line);) {
    if (IsOneOf(line, kOfNotModified)) fields.append(line.whole);
  }
  return fields;
}

std::string UpdatedFields(std::string_view stored, std::string_view fresh) {
  const auto has = [](std::string_view block, std::string_view name) {
    for (http::FieldLine line; http::TakeFieldLine(&block, &line);) {
      if (base::EqualsIgnoreCase(line.name, name)) return true;
    }
    return false;
  };
  std::string updated;
  std::string_view rest = stored;
  for (http::FieldLine line; http::TakeFieldLine(&rest, &line);) {
    if (IsOneOf(line, kOfContent) || !has(fresh, line.name)) updated.append(line.whole);
  }
  rest = fresh;
  for (http::FieldLine line; http::TakeFieldLine(&rest, &line);) {
    if (!IsOneOf(line, kOfContent) && !IsOneOf(line, kMadeAnew) && !IsForCacheOnly(line.name)) updated.append(line.whole);
  }
  return updated;
}

}  // namespace fastserve::cache
