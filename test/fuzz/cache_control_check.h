// What must hold of caching whatever an upstream and a client say to caches: for the fuzzer and for the test that runs its seeds.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "native/base/bytes.h"
#include "native/cache/freshness.h"
#include "native/cache/targeted.h"
#include "native/http/fields/field_lines.h"

namespace fuzz {

constexpr int64_t kReceivedS = 1700000000;

inline bool SameDirectives(const fastserve::cache::Directives& a, const fastserve::cache::Directives& b) {
  const auto flags = [](const fastserve::cache::Directives& of) {
    return std::vector<bool>{of.no_store, of.no_cache, of.is_private, of.is_public, of.must_revalidate,
                             of.proxy_revalidate, of.must_understand, of.only_if_cached, of.no_transform};
  };
  const auto seconds = [](const fastserve::cache::Directives& of) {
    return std::vector<int64_t>{of.max_age, of.s_maxage, of.min_fresh, of.max_stale, of.stale_while_revalidate, of.stale_if_error};
  };
  return flags(a) == flags(b) && seconds(a) == seconds(b);
}

inline std::string FindDirectivesFault(const fastserve::cache::Directives& directives) {
  using fastserve::cache::kAbsent;
  for (const int64_t value : {directives.max_age, directives.s_maxage, directives.min_fresh, directives.max_stale,
                              directives.stale_while_revalidate, directives.stale_if_error}) {
    if (value < kAbsent || value > fastserve::cache::kMaxDeltaSeconds) return "seconds out of their range";
  }
  for (const std::string& name : directives.withheld_fields) {
    if (name.empty() || name.find_first_of(",ABCDEFGHIJKLMNOPQRSTUVWXYZ") != std::string::npos) return "a withheld name: " + name;
    if (fastserve::base::TrimOws(name) != name) return "a withheld name with blanks around it";
  }
  return "";
}

// One value as each of the three fields that have directives.
inline std::string FindValueFault(std::string_view value) {
  using namespace fastserve::cache;
  Directives once;
  ReadDirectives(value, &once);
  if (const std::string fault = FindDirectivesFault(once); !fault.empty()) return fault;
  Directives twice = once;
  ReadDirectives(value, &twice);
  if (!SameDirectives(once, twice)) return "a line that says something else when it is repeated";
  for (const auto read : {&ReadTargetedDirectives, &ReadSurrogateControl}) {
    Directives before;
    before.max_age = 4711;
    before.is_private = true;
    Directives after = before;
    if (!read(value, &after) && !SameDirectives(before, after)) return "a refused field that left directives";
    if (const std::string fault = FindDirectivesFault(after); !fault.empty()) return fault;
  }
  return "";
}

// Whether the lines have a Cache-Control of plain tokens that has `token`, and nothing that could overrule it.
inline bool PlainlySays(std::string_view block, std::string_view token) {
  bool says = false;
  for (fastserve::http::FieldLine line; fastserve::http::TakeFieldLine(&block, &line);) {
    if (line.Is("cdn-cache-control") || line.Is("surrogate-control")) return false;
    if (!line.Is("cache-control")) continue;
    if (line.value.find_first_of("\"\\") != std::string_view::npos) return false;
    std::string_view rest = line.value;
    while (!rest.empty()) {
      const size_t length = std::min(rest.find(','), rest.size());
      const std::string_view member = fastserve::base::TrimOws(rest.substr(0, length));
      if (fastserve::base::EqualsIgnoreCase(member, "must-understand")) return false;
      says |= fastserve::base::EqualsIgnoreCase(member, token);
      rest.remove_prefix(std::min(length + 1, rest.size()));
    }
  }
  return says;
}

// Of the lines that would be stored: each is one that came, and none is for this cache alone or sets a cookie.
inline std::string FindStoredFault(std::string_view block, std::string_view stored) {
  for (fastserve::http::FieldLine line; fastserve::http::TakeFieldLine(&stored, &line);) {
    if (block.find(line.whole) == std::string_view::npos) return "a stored line that did not come";
    if (line.Is("set-cookie") || line.Is("age") || fastserve::cache::IsForCacheOnly(line.name)) {
      return "a stored line that must not be: " + std::string(line.name);
    }
  }
  return stored.empty() ? "" : "stored bytes that are no line";
}

inline std::string FindUseFault(const fastserve::cache::Verdict& verdict, const fastserve::cache::RequestFacts& request,
                                const fastserve::cache::Rule& rule) {
  using namespace fastserve::cache;
  Entry entry;
  entry.initial_age_s = verdict.initial_age_s;
  entry.lifetime_s = verdict.lifetime_s;
  entry.stale_while_revalidate_s = verdict.stale_while_revalidate_s;
  entry.stale_if_error_s = verdict.stale_if_error_s;
  entry.must_revalidate = verdict.must_revalidate;
  entry.no_cache = verdict.no_cache;
  for (const int64_t now_ms : {int64_t{0}, int64_t{60'000}, int64_t{4'000'000'000'000}}) {
    const Use use = UseOf(entry, request, rule, now_ms);
    if (use == Use::kFresh && (entry.FreshFor(now_ms) <= 0 || entry.no_cache)) return "fresh, and is not";
    if (use == Use::kStale && entry.FreshFor(now_ms) <= 0 && entry.must_revalidate) return "used stale, and may not be";
    if (use != Use::kRevalidate && request.directives.no_cache && rule.obeys_requests) return "a request's no-cache passed over";
    if (entry.no_cache && MayAnswerAfterError(entry, now_ms)) return "no-cache passed over after an error";
  }
  return "";
}

// Empty: all is well, else what is not. `input`: the Cache-Control of a request, a line feed, field lines of an answer, each ended
// by a line feed.
inline std::string FindCacheControlFault(std::string_view input) {
  using namespace fastserve;
  const size_t first = std::min(input.find('\n'), input.size());
  std::string block;
  for (std::string_view rest = input.substr(std::min(first + 1, input.size())); !rest.empty();) {
    const size_t length = std::min(rest.find('\n'), rest.size());
    std::string line(rest.substr(0, length));
    std::erase_if(line, [](char c) { return c == '\r' || c == '\0'; });
    if (const size_t colon = line.find(':'); colon != std::string::npos && colon > 0) block.append(line).append("\r\n");
    rest.remove_prefix(std::min(length + 1, rest.size()));
  }
  cache::RequestFacts request;
  cache::ReadDirectives(input.substr(0, first), &request.directives);
  std::string fault = FindValueFault(input.substr(0, first));
  std::string_view rest = block;
  for (http::FieldLine line; fault.empty() && http::TakeFieldLine(&rest, &line);) fault = FindValueFault(line.value);
  if (!fault.empty()) return fault;

  const cache::ResponseFacts facts = cache::ReadResponse(200, block);
  const cache::Rule rule;
  const cache::Verdict verdict = cache::Judge(request, facts, rule, kReceivedS, 0);
  if (verdict.lifetime_s < 0 || verdict.initial_age_s < 0) return "a lifetime or an age below zero";
  if (verdict.storable && (PlainlySays(block, "no-store") || PlainlySays(block, "private"))) return "stored against its word";
  if (facts.vary.size() > cache::kMaxVaryNames) return "more names in Vary than are kept";
  request.has_authorization = true;
  if (cache::Judge(request, facts, rule, kReceivedS, 0).storable && !verdict.storable) return "stored because of Authorization";
  fault = FindStoredFault(block, cache::StoredFields(facts, rule, block));
  return !fault.empty() ? fault : FindUseFault(verdict, request, rule);
}

}  // namespace fuzz
