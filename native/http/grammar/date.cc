// The three date formats, read by a small cursor; the calendar is counted in days (proleptic Gregorian).
#include "native/http/grammar/date.h"

#include <array>
#include <cstring>

#include "native/base/clock.h"

namespace fastserve::http {

namespace {

constexpr std::array<std::string_view, 7> kWeekdays = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                       "Thursday", "Friday", "Saturday"};
constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
constexpr int64_t kSecondsPerDay = 86400;
constexpr int64_t kSecondsPerFiftyYears = int64_t{50} * 365 * kSecondsPerDay + 12 * kSecondsPerDay;

struct CivilTime {
  int year = 0;
  int month = 0;  // 1..12
  int day = 0;    // 1..31
  int hour = 0, minute = 0, second = 0;
  int weekday = 0;  // 0 is Sunday
};

constexpr bool IsLeapYear(int year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

constexpr int DaysInMonth(int year, int month) {
  constexpr std::array<int, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && IsLeapYear(year) ? 29 : kDays[static_cast<size_t>(month - 1)];
}

// Days from 1970-01-01 to the first of January of `year`.
constexpr int64_t DaysBeforeYear(int year) {
  const int64_t past = year - 1;
  return past * 365 + past / 4 - past / 100 + past / 400 - 719162;
}
static_assert(DaysBeforeYear(1970) == 0 && DaysBeforeYear(2000) == 10957);

constexpr int64_t DaysOf(const CivilTime& time) {
  constexpr std::array<int, 12> kDaysBefore = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
  const int leap_day = time.month > 2 && IsLeapYear(time.year) ? 1 : 0;
  return DaysBeforeYear(time.year) + kDaysBefore[static_cast<size_t>(time.month - 1)] + leap_day + time.day - 1;
}

// 1970-01-01 was a Thursday. Right for days before it too.
constexpr int WeekdayOf(int64_t days) { return static_cast<int>(((days + 4) % 7 + 7) % 7); }

constexpr int64_t SecondsOf(const CivilTime& time) {
  return DaysOf(time) * kSecondsPerDay + time.hour * 3600 + time.minute * 60 + time.second;
}

// False when there is no such moment, or it is not on that weekday.
bool ToSeconds(const CivilTime& time, int64_t* seconds) {
  const bool is_real = time.year >= 1 && time.month >= 1 && time.day >= 1 &&
                       time.day <= DaysInMonth(time.year, time.month) && time.hour < 24 && time.minute < 60 &&
                       time.second <= 60;
  if (!is_real) return false;
  *seconds = SecondsOf(time);
  return WeekdayOf(DaysOf(time)) == time.weekday;
}

constexpr uint32_t ThreeLetters(std::string_view text) {
  return static_cast<uint8_t>(text[0]) | static_cast<uint32_t>(static_cast<uint8_t>(text[1])) << 8 |
         static_cast<uint32_t>(static_cast<uint8_t>(text[2])) << 16;
}

constexpr std::array<uint32_t, 12> kMonthLetters = [] {
  std::array<uint32_t, 12> letters{};
  for (size_t i = 0; i < letters.size(); ++i) letters[i] = ThreeLetters(kMonths.substr(i * 3, 3));
  return letters;
}();

constexpr std::array<uint32_t, 7> kWeekdayLetters = [] {
  std::array<uint32_t, 7> letters{};
  for (size_t i = 0; i < letters.size(); ++i) letters[i] = ThreeLetters(kWeekdays[i]);
  return letters;
}();

// Reads a date from left to right; after the first mismatch every further call fails.
class Cursor {
 public:
  explicit Cursor(std::string_view rest) : rest_(rest) {}

  bool Literal(std::string_view text) {
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }

  bool Literal(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  bool Digits(size_t count, int* value) {
    if (rest_.size() < count) return false;
    int sum = 0;
    for (size_t i = 0; i < count; ++i) {
      if (rest_[i] < '0' || rest_[i] > '9') return false;
      sum = sum * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(count);
    *value = sum;
    return true;
  }

  bool Month(int* month) {
    if (!ThreeOf(kMonthLetters, month)) return false;
    ++*month;
    return true;
  }

  bool ShortWeekday(int* weekday) { return ThreeOf(kWeekdayLetters, weekday); }

  bool LongWeekday(int* weekday) {
    for (size_t i = 0; i < kWeekdays.size(); ++i) {
      if (!Literal(kWeekdays[i])) continue;
      *weekday = static_cast<int>(i);
      return true;
    }
    return false;
  }

  // hour ":" minute ":" second
  bool TimeOfDay(CivilTime* time) {
    return Digits(2, &time->hour) && Literal(':') && Digits(2, &time->minute) && Literal(':') &&
           Digits(2, &time->second);
  }

  bool AtEnd() const { return rest_.empty(); }

 private:
  template <size_t kCount>
  bool ThreeOf(const std::array<uint32_t, kCount>& names, int* index) {
    if (rest_.size() < 3) return false;
    const uint32_t letters = ThreeLetters(rest_);
    for (size_t i = 0; i < kCount; ++i) {
      if (names[i] != letters) continue;
      *index = static_cast<int>(i);
      rest_.remove_prefix(3);
      return true;
    }
    return false;
  }

  std::string_view rest_;
};

// "Sun, 06 Nov 1994 08:49:37 GMT"
bool ReadImfFixdate(std::string_view text, CivilTime* time) {
  Cursor in(text);
  return in.ShortWeekday(&time->weekday) && in.Literal(", ") && in.Digits(2, &time->day) && in.Literal(' ') &&
         in.Month(&time->month) && in.Literal(' ') && in.Digits(4, &time->year) && in.Literal(' ') &&
         in.TimeOfDay(time) && in.Literal(" GMT") && in.AtEnd();
}

// "Sun Nov  6 08:49:37 1994"
bool ReadAsctime(std::string_view text, CivilTime* time) {
  Cursor in(text);
  if (!in.ShortWeekday(&time->weekday) || !in.Literal(' ') || !in.Month(&time->month) || !in.Literal(' ')) return false;
  const size_t day_digits = in.Literal(' ') ? 1 : 2;
  return in.Digits(day_digits, &time->day) && in.Literal(' ') && in.TimeOfDay(time) && in.Literal(' ') &&
         in.Digits(4, &time->year) && in.AtEnd();
}

// "Sunday, 06-Nov-94 08:49:37 GMT": the year has two digits.
bool ReadRfc850(std::string_view text, CivilTime* time) {
  Cursor in(text);
  return in.LongWeekday(&time->weekday) && in.Literal(", ") && in.Digits(2, &time->day) &&
         in.Literal('-') && in.Month(&time->month) && in.Literal('-') && in.Digits(2, &time->year) &&
         in.Literal(' ') && in.TimeOfDay(time) && in.Literal(" GMT") && in.AtEnd();
}

// Completes a two-digit year: the latest century in which the date is at most 50 years ahead (RFC 9110 5.6.7).
void CompleteYear(int64_t now, CivilTime* time) {
  const int two_digits = time->year;
  for (int century = 9900; century >= 0; century -= 100) {
    time->year = century + two_digits;
    if (time->year >= 1 && SecondsOf(*time) <= now + kSecondsPerFiftyYears) return;
  }
}

void WriteDigits(int value, int count, char* out) {
  for (int i = count - 1; i >= 0; --i, value /= 10) out[i] = static_cast<char>('0' + value % 10);
}

CivilTime CivilFromSeconds(int64_t seconds) {
  CivilTime time;
  int64_t days = seconds / kSecondsPerDay;
  const int rest = static_cast<int>(seconds % kSecondsPerDay);
  time.weekday = WeekdayOf(days);
  time.hour = rest / 3600;
  time.minute = rest / 60 % 60;
  time.second = rest % 60;
  time.year = static_cast<int>(1970 + days / 366);  // never too late: corrected upwards
  while (DaysBeforeYear(time.year + 1) <= days) ++time.year;
  days -= DaysBeforeYear(time.year);
  time.month = 1;
  while (days >= DaysInMonth(time.year, time.month)) days -= DaysInMonth(time.year, time.month++);
  time.day = static_cast<int>(days) + 1;
  return time;
}

}  // namespace

void FormatImfFixdate(int64_t seconds, char* out) {
  const CivilTime time = CivilFromSeconds(seconds);
  std::string_view("Ddd, 00 Mmm 0000 00:00:00 GMT").copy(out, kImfFixdateLength);
  kWeekdays[static_cast<size_t>(time.weekday)].copy(out, 3);
  WriteDigits(time.day, 2, out + 5);
  kMonths.substr(static_cast<size_t>(time.month - 1) * 3, 3).copy(out + 8, 3);
  WriteDigits(time.year, 4, out + 12);
  WriteDigits(time.hour, 2, out + 17);
  WriteDigits(time.minute, 2, out + 20);
  WriteDigits(time.second, 2, out + 23);
}

bool ParseHttpDate(std::string_view text, int64_t* seconds) {
  CivilTime time;
  if (!ReadImfFixdate(text, &time) && !ReadAsctime(text, &time)) {
    if (!ReadRfc850(text, &time)) return false;
    CompleteYear(base::WallSeconds(), &time);
  }
  int64_t moment = 0;
  if (!ToSeconds(time, &moment)) return false;
  *seconds = moment;
  return true;
}

bool IsHttpDate(std::string_view text) {
  thread_local char known[kImfFixdateLength];
  const bool has_form = text.size() == kImfFixdateLength;
  if (has_form && std::memcmp(known, text.data(), kImfFixdateLength) == 0) return true;
  int64_t seconds = 0;
  if (!ParseHttpDate(text, &seconds)) return false;
  if (has_form) std::memcpy(known, text.data(), kImfFixdateLength);
  return true;
}

}  // namespace fastserve::http
