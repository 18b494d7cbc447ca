// The smallest test harness that serves: cases register themselves, a failed CHECK is counted, a failed REQUIRE ends its case.
//
// Kept in the tree so that `npm test` needs a compiler and nothing else. Single-threaded registration; CHECK is safe from
// any thread.
#pragma once

#include <atomic>
#include <cstdio>
#include <functional>
#include <sstream>
#include <string>
#include <vector>

namespace testing {

struct Case {
  const char* file;
  const char* name;
  void (*body)();
};
inline std::vector<Case>& Cases() {
  static std::vector<Case> cases;
  return cases;
}
inline std::atomic<int>& Failures() {
  static std::atomic<int> failures{0};
  return failures;
}
struct Registrar {
  Registrar(const char* file, const char* name, void (*body)()) { Cases().push_back({file, name, body}); }
};
struct RequirementFailed {};

template <typename T>
std::string Show(const T& value) {
  if constexpr (std::is_enum_v<T>) {
    return std::to_string(static_cast<long long>(value));
  } else {
    std::ostringstream out;
    out << value;
    return out.str();
  }
}
inline bool Report(bool ok, const char* file, int line, const std::string& what) {
  if (!ok) {
    Failures().fetch_add(1);
    std::fprintf(stderr, "    %s:%d: %s\n", file, line, what.c_str());
  }
  return ok;
}

}  // namespace testing

#define TESTING_JOIN_(a, b) a##b
#define TESTING_JOIN(a, b) TESTING_JOIN_(a, b)
// TEST("a sentence that states the behaviour") { ... }
#define TEST(name)                                                                                        \
  static void TESTING_JOIN(test_body_, __LINE__)();                                                       \
  static ::testing::Registrar TESTING_JOIN(test_registrar_, __LINE__)(__FILE__, name,                     \
                                                                      &TESTING_JOIN(test_body_, __LINE__)); \
  static void TESTING_JOIN(test_body_, __LINE__)()
#define CHECK(condition) ::testing::Report(static_cast<bool>(condition), __FILE__, __LINE__, "CHECK(" #condition ")")
#define CHECK_EQ(actual, expected)                                                                  \
  do {                                                                                              \
    const auto& testing_actual = (actual);                                                          \
    const auto& testing_expected = (expected);                                                      \
    ::testing::Report(testing_actual == testing_expected, __FILE__, __LINE__,                       \
                      std::string("CHECK_EQ(" #actual ", " #expected "): ") +                       \
                          ::testing::Show(testing_actual) + " != " + ::testing::Show(testing_expected)); \
  } while (0)
#define REQUIRE(condition)                                                                                     \
  do {                                                                                                         \
    if (!::testing::Report(static_cast<bool>(condition), __FILE__, __LINE__, "REQUIRE(" #condition ")"))       \
      throw ::testing::RequirementFailed{};                                                                    \
  } while (0)
