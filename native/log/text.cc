#include "native/log/text.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "native/base/numbers.h"

namespace fastserve::log {

namespace {

// Which bytes are written as they are, in both forms.
constexpr std::array<bool, 256> kPlain = [] {
  std::array<bool, 256> plain{};
  for (int c = 0x20; c < 0x7F; ++c) plain[static_cast<size_t>(c)] = c != '"' && c != '\\';
  return plain;
}();
bool IsPlain(char c) { return kPlain[static_cast<unsigned char>(c)]; }

// Writes the escape of `c` to `out`, which has room for 6. Returns its length.
size_t WriteEscaped(char c, Escape form, char* out) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  const auto byte = static_cast<unsigned char>(c);
  size_t length = 0;
  out[length++] = '\\';
  if (form == Escape::kJson && (c == '"' || c == '\\')) {
    out[length++] = c;
    return length;
  }
  out[length++] = form == Escape::kJson ? 'u' : 'x';
  while (form == Escape::kJson && length < 4) out[length++] = '0';
  out[length++] = kDigits[byte >> 4];
  out[length++] = kDigits[byte & 15];
  return length;
}

// Writes the last `width` digits of `value` at `out`.
void WriteDigits(unsigned value, int width, char* out) {
  for (int i = width - 1; i >= 0; --i, value /= 10) out[i] = static_cast<char>('0' + value % 10);
}

}  // namespace

void AppendEscaped(std::string_view value, size_t limit, Escape form, std::string* out) {
  while (!value.empty()) {
    const size_t within = std::min(value.size(), limit);
    size_t plain = 0;
    while (plain < within && IsPlain(value[plain])) ++plain;
    out->append(value.data(), plain);
    value.remove_prefix(plain);
    limit -= plain;
    if (value.empty()) return;
    char escape[6];
    const size_t length = IsPlain(value.front()) ? limit + 1 : WriteEscaped(value.front(), form, escape);
    if (length > limit) {
      out->append("...");
      return;
    }
    out->append(escape, length);
    value.remove_prefix(1);
    limit -= length;
  }
}

void AppendMilliseconds(int64_t us, std::string* out) {
  us = std::max<int64_t>(us, 0);
  base::AppendNumber(us / 1000, out);
  char places[4] = {'.'};
  WriteDigits(static_cast<unsigned>(us % 1000), 3, places + 1);
  out->append(places, sizeof places);
}

void AppendTime(int64_t wall_ms, std::string* out) {
  using namespace std::chrono;
  const sys_time<milliseconds> time{milliseconds{wall_ms}};
  const auto day = floor<days>(time);
  const year_month_day date{day};
  const auto of_day = static_cast<unsigned>((time - day).count());
  char text[] = "YYYY-MM-DDThh:mm:ss.mmmZ";
  WriteDigits(static_cast<unsigned>(static_cast<int>(date.year())), 4, text);
  WriteDigits(static_cast<unsigned>(date.month()), 2, text + 5);
  WriteDigits(static_cast<unsigned>(date.day()), 2, text + 8);
  WriteDigits(of_day / 3600000, 2, text + 11);
  WriteDigits(of_day / 60000 % 60, 2, text + 14);
  WriteDigits(of_day / 1000 % 60, 2, text + 17);
  WriteDigits(of_day % 1000, 3, text + 20);
  out->append(text, sizeof text - 1);
}

void AppendCommonTime(int64_t wall_ms, std::string* out) {
  static constexpr std::string_view kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  using namespace std::chrono;
  const sys_time<milliseconds> time{milliseconds{wall_ms}};
  const auto day = floor<days>(time);
  const year_month_day date{day};
  const auto of_day = static_cast<unsigned>((time - day).count() / 1000);
  char text[] = "dd/Mon/YYYY:hh:mm:ss +0000";
  WriteDigits(static_cast<unsigned>(date.day()), 2, text);
  kMonths[static_cast<unsigned>(date.month()) - 1].copy(text + 3, 3);
  WriteDigits(static_cast<unsigned>(static_cast<int>(date.year())), 4, text + 7);
  WriteDigits(of_day / 3600, 2, text + 12);
  WriteDigits(of_day / 60 % 60, 2, text + 15);
  WriteDigits(of_day % 60, 2, text + 18);
  out->append(text, sizeof text - 1);
}

}  // namespace fastserve::log
