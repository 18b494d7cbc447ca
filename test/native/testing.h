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
inline void Fail(const char* file, int line, const std::string& what) {
  Failures().fetch_add(1);
  std::fprintf(stderr, "    %s:%d: %s\n", file, line, what.c_str());
}
// Small where it is used: a test file has hundreds of checks, and compiles under sanitizers as well.
inline bool Report(bool ok, const char* file, int line, const char* what) {
  if (!ok) Fail(file, line, what);
  return ok;
}
inline bool Report(bool ok, const char* file, int line, const std::string& what) {
  return Report(ok, file, line, what.c_str());
}
template <typename A, typename B>
[[gnu::noinline]] void ReportEqual(const A& actual, const B& expected, const char* file, int line, const char* what) {
  if (actual == expected) return;
  Fail(file, line, std::string(what) + ": " + Show(actual) + " != " + Show(expected));
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
#define CHECK_EQ(actual, expected) \
  ::testing::ReportEqual((actual), (expected), __FILE__, __LINE__, "CHECK_EQ(" #actual ", " #expected ")")
#define REQUIRE(condition)                                                                                     \
  do {                                                                                                         \
    if (!::testing::Report(static_cast<bool>(condition), __FILE__, __LINE__, "REQUIRE(" #condition ")"))       \
      throw ::testing::RequirementFailed{};                                                                    \
  } while (0)
