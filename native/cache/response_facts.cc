#include "native/cache/response_facts.h"

#include <algorithm>

#include "native/base/bytes.h"
#include "native/cache/targeted.h"
#include "native/http/fields/field_lines.h"
#include "native/http/grammar/date.h"

namespace fastserve::cache {
namespace {

constexpr std::string_view kForCacheOnly[] = {"surrogate-key", "surrogate-control", "cache-tag", "x-accel-expires"};
constexpr std::string_view kMadeAnew[] = {"age", "cache-status"};
// Said by whoever asks an upstream, in the client's place: what the client itself has sent selects nothing.
constexpr std::string_view kOfClientAddress[] = {"forwarded", "x-forwarded-for", "x-real-ip"};
constexpr std::string_view kSettingCookies[] = {"set-cookie", "set-cookie2"};
constexpr std::string_view kOfNotModified[] = {"cache-control", "content-location", "date", "etag",
                                               "expires",       "vary",             "last-modified"};
constexpr std::string_view kOfContent[] = {"content-encoding", "content-md5", "content-range", "content-length", "etag"};

template <size_t N>
bool IsOneOf(const http::FieldLine& line, const std::string_view (&names)[N]) {
  return std::ranges::any_of(names, [&](std::string_view name) { return line.Is(name); });
}

bool IsListed(const http::FieldLine& line, const std::vector<std::string>& names) {
  return std::ranges::any_of(names, [&](const std::string& name) { return line.Is(name); });
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
    const auto is = [&](std::string_view known) { return base::EqualsIgnoreCase(name, known); };
    if (name == "*" || std::ranges::any_of(kOfClientAddress, is)) facts->varies_on_all = true;
    if (facts->varies_on_all) return;
    std::string lower(name);
    std::transform(lower.begin(), lower.end(), lower.begin(), base::ToLowerAscii);
    if (std::ranges::find(facts->vary, lower) != facts->vary.end()) return;
    if (facts->vary.size() == kMaxVaryNames) facts->varies_on_all = true;
    else facts->vary.push_back(std::move(lower));
  });
}

// Of a list the first member counts (RFC 9111 5.1). Where anything else than digits and commas is in it, or a second line,
// its writer cannot be believed about any age: the response is stale, and is asked for again.
void ReadAge(std::string_view value, ResponseFacts* facts) {
  bool believed = !facts->has_age;
  facts->has_age = true;
  facts->age_s = ParseDeltaSeconds(value.substr(0, value.find(',')));
  for (size_t begin = 0; believed && begin <= value.size();) {
    const size_t end = std::min(value.find(',', begin), value.size());
    believed = ParseDeltaSeconds(value.substr(begin, end - begin)) != kAbsent;
    begin = end + 1;
  }
  if (!believed) facts->age_s = kMaxDeltaSeconds;
}

std::string Joined(std::string_view block, std::string_view name) {
  std::string joined;
  for (http::FieldLine line; http::TakeFieldLine(&block, &line);) {
    if (!line.Is(name)) continue;
    if (!joined.empty()) joined.append(", ");
    joined.append(line.value);
  }
  return joined;
}

// RFC 9213 2.2: what is addressed to caches like this one stands in the place of Cache-Control and Expires.
void ReadTargeted(std::string_view block, ResponseFacts* facts) {
  Directives targeted;
  if (!ReadTargetedDirectives(Joined(block, "cdn-cache-control"), &targeted) &&
      !ReadSurrogateControl(Joined(block, "surrogate-control"), &targeted)) {
    return;
  }
  facts->directives = std::move(targeted);
  facts->has_expires = false;
}

void ReadLine(const http::FieldLine& line, ResponseFacts* facts) {
  if (line.Is("cache-control")) {
    ReadDirectives(line.value, &facts->directives);
  } else if (line.Is("expires")) {
    if (!facts->has_expires && !http::ParseHttpDate(line.value, &facts->expires)) facts->expires = 0;
    facts->has_expires = true;
  } else if (line.Is("date")) {
    facts->has_date = true;
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
  } else if (IsOneOf(line, kSettingCookies)) {
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
  http::FieldLine line;
  bool has_targeted = false;
  for (std::string_view rest = block; http::TakeFieldLine(&rest, &line);) {
    ReadLine(line, &facts);
    has_targeted |= line.Is("cdn-cache-control") || line.Is("surrogate-control");
  }
  if (has_targeted) ReadTargeted(block, &facts);
  return facts;
}

bool IsForCacheOnly(std::string_view name) {
  return base::ContainsIgnoreCase(kForCacheOnly, name);
}

bool StripForClients(std::string_view block, const Rule& rule, std::string* kept) {
  std::string rest;
  bool stripped = false;
  for (http::FieldLine line; http::TakeFieldLine(&block, &line);) {
    if (IsForCacheOnly(line.name) || rule.withheld.Withholds(line.name)) stripped = true;
    else rest.append(line.whole);
  }
  if (stripped) *kept = std::move(rest);
  return stripped;
}

std::string StoredFields(const ResponseFacts& facts, const Rule& rule, std::string_view block) {
  std::string stored;
  stored.reserve(block.size());
  for (http::FieldLine line; http::TakeFieldLine(&block, &line);) {
    if (IsForCacheOnly(line.name) || IsOneOf(line, kMadeAnew)) continue;
    if (!rule.stores_cookies && IsOneOf(line, kSettingCookies)) continue;
    if (IsListed(line, facts.directives.withheld_fields) || rule.withheld.Withholds(line.name)) continue;
    stored.append(line.whole);
  }
  return stored;
}

std::string OwnFields(std::string_view block) {
  std::string own;
  for (http::FieldLine line; http::TakeFieldLine(&block, &line);) {
    if (IsForCacheOnly(line.name)) own.append(line.whole);
  }
  return own;
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
    if (line.Is("date") || (!IsOneOf(line, kOfContent) && has(fresh, line.name))) continue;
    updated.append(line.whole);
  }
  rest = fresh;
  for (http::FieldLine line; http::TakeFieldLine(&rest, &line);) {
    if (!IsOneOf(line, kOfContent) && !IsOneOf(line, kMadeAnew)) updated.append(line.whole);
  }
  return updated;
}

}  // namespace fastserve::cache
