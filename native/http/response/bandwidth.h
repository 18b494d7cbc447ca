// How fast an answer is sent, and the field by which an application says so. Pure, any thread.
//
//   X-Accel-Limit-Rate: 102400                   bytes in a second (nginx)
//   X-Accel-Limit-Rate: 102400; after=1048576    from there on
//   X-Accel-Limit-Rate: off                      as fast as it goes; 0 is the same
#pragma once

#include <cstdint>
#include <string_view>

namespace fastserve::http {

constexpr std::string_view kLimitRateName = "x-accel-limit-rate";

// What an application says. kUnsaid: nothing of that.
struct LimitRate {
  static constexpr int64_t kUnsaid = -1;
  int64_t bytes_per_s = kUnsaid;
  int64_t after = kUnsaid;

  bool said() const { return bytes_per_s != kUnsaid; }
};

// Of one answer.
struct Bandwidth {
  uint64_t bytes_per_s = 0;  // 0: any
  uint64_t after = 0;        // the first bytes, which go as fast as they can

  bool limited() const { return bytes_per_s != 0; }
  // What the application says goes before what was set.
  void Apply(const LimitRate& said);
};

// The value of X-Accel-Limit-Rate. False where it is none; *rate is then untouched.
bool ParseLimitRate(std::string_view value, LimitRate* rate);

}  // namespace fastserve::http
