#include "native/http/fields/client_timeout.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "native/base/bytes.h"
#include "native/base/clock.h"
#include "native/base/numbers.h"
#include "native/http/fields/field_list.h"
#include "native/http/grammar/date.h"
#include "native/http/grammar/decimal.h"

namespace fastserve::http {

namespace {

constexpr std::string_view kDeadlineName = "x-request-deadline";
constexpr size_t kMostSecondDigits = 12;  // RFC 8941 3.3.2
constexpr size_t kMostMillisecondDigits = 10;
constexpr size_t kMostGrpcDigits = 8;
constexpr int64_t kMostGrpcValue = 99'999'999;

struct TimeoutField {
  std::string_view name;     // in lower case
  std::string_view written;
  bool (*parse)(std::string_view, int64_t*);
  void (*append)(int64_t ms, std::string*);
};

using base::AppendNumber;

void AppendSeconds(int64_t ms, std::string* out) {
  AppendNumber(ms / 1000, out);
  const auto rest = static_cast<int>(ms % 1000);
  if (rest == 0) return;
  out->append({'.', static_cast<char>('0' + rest / 100), static_cast<char>('0' + rest / 10 % 10), static_cast<char>('0' + rest % 10)});
}

void AppendGrpc(int64_t ms, std::string* out) {
  if (ms <= kMostGrpcValue) {
    AppendNumber(ms, out);
    return out->push_back('m');
  }
  AppendNumber(std::min(ms / 1000, kMostGrpcValue), out);
  out->push_back('S');
}

constexpr std::array<TimeoutField, 4> kFields = {{
    {"request-timeout", "Request-Timeout: ", ParseTimeoutSeconds, AppendSeconds},
    {"grpc-timeout", "grpc-timeout: ", ParseGrpcTimeout, AppendGrpc},
    {"connect-timeout-ms", "Connect-Timeout-Ms: ", ParseTimeoutMilliseconds, AppendNumber<int64_t>},
    {"x-envoy-expected-rq-timeout-ms", "X-Envoy-Expected-Rq-Timeout-Ms: ", ParseTimeoutMilliseconds, AppendNumber<int64_t>},
}};

const TimeoutField* FindTimeoutField(std::string_view name) {
  const auto found = std::ranges::find_if(kFields, [name](const TimeoutField& each) { return base::EqualsIgnoreCase(name, each.name); });
  return found == kFields.end() ? nullptr : &*found;
}

bool ParseDigits(std::string_view digits, size_t most, int64_t* value) {
  uint64_t number = 0;
  if (digits.size() > most || !ParseDecimal(digits, &number)) return false;
  *value = static_cast<int64_t>(number);
  return true;
}

// Seconds with up to three decimals; 0 is one.
bool ParseSeconds(std::string_view text, int64_t* ms) {
  const size_t dot = std::min(text.find('.'), text.size());
  int64_t seconds = 0;
  int64_t rest = 0;
  if (!ParseDigits(text.substr(0, dot), kMostSecondDigits, &seconds)) return false;
  if (dot < text.size()) {
    const std::string_view decimals = text.substr(dot + 1);
    if (!ParseDigits(decimals, 3, &rest)) return false;
    for (size_t i = decimals.size(); i < 3; ++i) rest *= 10;
  }
  *ms = seconds * 1000 + rest;
  return true;
}

// Takes `digits` digits, and one of the bytes `behind` behind them, off *text.
bool TakeNumber(std::string_view* text, size_t digits, std::string_view behind, int64_t* value) {
  if (text->size() <= digits || !ParseDigits(text->substr(0, digits), digits, value)) return false;
  if (behind.find((*text)[digits]) == std::string_view::npos) return false;
  text->remove_prefix(digits + 1);
  return true;
}

// The zone at the end of an RFC 3339 time: "Z", "+01:00".
bool ParseZone(std::string_view text, int64_t* minutes) {
  *minutes = 0;
  if (text == "Z" || text == "z") return true;
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-')) return false;
  const bool west = text[0] == '-';
  text.remove_prefix(1);
  int64_t hours = 0;
  int64_t rest = 0;
  if (!TakeNumber(&text, 2, ":", &hours) || !ParseDigits(text, 2, &rest) || hours > 23 || rest > 59) return false;
  *minutes = (west ? -1 : 1) * (hours * 60 + rest);
  return true;
}

// ".25" at the front of *text as milliseconds; what is finer is cut off. Nothing there: 0.
bool TakeFraction(std::string_view* text, int64_t* ms) {
  *ms = 0;
  if (!text->starts_with('.')) return true;
  const size_t end = std::min(text->find_first_not_of("0123456789", 1), text->size());
  const std::string_view digits = text->substr(1, end - 1);
  if (digits.empty()) return false;
  for (size_t i = 0; i < 3; ++i) *ms = *ms * 10 + (i < digits.size() ? digits[i] - '0' : 0);
  text->remove_prefix(end);
  return true;
}

bool ParseRfc3339(std::string_view text, int64_t* wall_ms) {
  int64_t year, month, day, hour, minute, second, fraction_ms, zone_minutes;
  if (!TakeNumber(&text, 4, "-", &year) || !TakeNumber(&text, 2, "-", &month) || !TakeNumber(&text, 2, "Tt", &day)) return false;
  if (!TakeNumber(&text, 2, ":", &hour) || !TakeNumber(&text, 2, ":", &minute)) return false;
  if (text.size() < 2 || !ParseDigits(text.substr(0, 2), 2, &second)) return false;
  text.remove_prefix(2);
  if (!TakeFraction(&text, &fraction_ms) || !ParseZone(text, &zone_minutes)) return false;
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(year)), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok() || hour > 23 || minute > 59 || second > 60) return false;  // 60: a leap second
  const int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  *wall_ms = (((days * 24 + hour) * 60 + minute - zone_minutes) * 60 + second) * 1000 + fraction_ms;
  return true;
}

}  // namespace

bool ParseTimeoutSeconds(std::string_view text, int64_t* ms) { return ParseSeconds(text, ms) && *ms > 0; }

bool ParseTimeoutMilliseconds(std::string_view text, int64_t* ms) { return ParseDigits(text, kMostMillisecondDigits, ms) && *ms > 0; }

bool ParseGrpcTimeout(std::string_view text, int64_t* ms) {
  if (text.empty() || !ParseDigits(text.substr(0, text.size() - 1), kMostGrpcDigits, ms) || *ms == 0) return false;
  switch (text.back()) {
    case 'H': *ms *= 3'600'000; return true;
    case 'M': *ms *= 60'000; return true;
    case 'S': *ms *= 1000; return true;
    case 'm': return true;
    case 'u': *ms = (*ms + 999) / 1000; return true;
    case 'n': *ms = (*ms + 999'999) / 1'000'000; return true;
    default: return false;
  }
}

bool ParseDeadline(std::string_view text, int64_t* wall_ms) {
  if (ParseSeconds(text.starts_with('@') ? text.substr(1) : text, wall_ms)) return *wall_ms > 0;
  if (ParseRfc3339(text, wall_ms)) return true;
  int64_t seconds = 0;
  if (!ParseHttpDate(text, &seconds)) return false;
  *wall_ms = seconds * 1000;
  return true;
}

ClientTimeout ReadClientTimeout(const RequestHead& head, std::string_view head_bytes) {
  ClientTimeout timeout;
  for (uint16_t i = 0; i < head.field_count; ++i) {
    const Field& field = head.fields[i];
    if (field.name_id != static_cast<uint8_t>(FieldId::kUnknown)) continue;
    const std::string_view name = NameOf(field, head_bytes);
    int64_t ms = 0;
    if (const TimeoutField* known = FindTimeoutField(name); known != nullptr) {
      if (!known->parse(ValueOf(field, head_bytes), &ms)) continue;
      timeout.fields |= static_cast<uint8_t>(1u << (known - kFields.data()));
    } else if (!base::EqualsIgnoreCase(name, kDeadlineName) || !ParseDeadline(ValueOf(field, head_bytes), &ms)) {
      continue;
    } else {
      ms -= base::WallMs();
    }
    timeout.left_ms = std::min(timeout.left_ms, ms);
  }
  return timeout;
}

uint8_t WithoutTimeouts(uint8_t fields, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    const TimeoutField* known = FindTimeoutField(name);
    if (known != nullptr) fields &= static_cast<uint8_t>(~(1u << (known - kFields.data())));
  }
  return fields;
}

bool IsTimeoutField(std::string_view name) { return FindTimeoutField(name) != nullptr; }

void AppendTimeouts(uint8_t fields, int64_t left_ms, std::string* out) {
  for (size_t i = 0; i < kFields.size(); ++i) {
    if ((fields & (1u << i)) == 0) continue;
    out->append(kFields[i].written);
    kFields[i].append(std::max<int64_t>(1, left_ms), out);
    out->append("\r\n");
  }
}

}  // namespace fastserve::http
