// Paths made to send a backtracking matcher astray. The work must stay linear in the path for each converter.
#include <algorithm>
#include <ctime>

#include "test/native/route/helpers.h"
#include "test/native/testing.h"

namespace fastserve::route {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr double kLimitMs = 30;
#else
constexpr double kLimitMs = 1;
#endif
constexpr double kLinearLimitMs = 10 * kLimitMs;  // quadratic work would take hundreds of milliseconds
constexpr size_t kPathBytes = 8192;

double CpuMs() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

// The best of a few runs: what the match costs, without what else the machine does.
double MatchMs(const Table& table, const std::string& path) {
  double best = 1e9;
  for (int run = 0; run < 10; ++run) {
    Match match;
    const double begin = CpuMs();
    table.MatchView(Method::kGet, path, &match);
    best = std::min(best, CpuMs() - begin);
  }
  return best;
}

std::string Repeated(std::string_view unit) {
  std::string path = "/";
  while (path.size() + unit.size() <= kPathBytes) path += unit;
  return path;
}

// Asks the pattern for 8 KiB of each of several repeated texts.
void CheckUnder(double limit_ms, const std::string& pattern) {
  const auto table = MustCompile(Patterns({pattern}));
  for (const char* unit : {"a", "-", "a-", "/", "a/", "1-", "a-1/", "01234567-89ab-cdef-0123-456789abcdef/"}) {
    const double ms = MatchMs(*table, Repeated(unit));
    if (ms >= limit_ms) CHECK_EQ(pattern + " on " + unit + "… took " + std::to_string(ms) + " ms", "less");
  }
}

TEST("8 KiB of almost matching text is answered in under a millisecond") {
  CheckUnder(kLimitMs, "<slug:a>-<slug:b>-<slug:c>x");
  CheckUnder(kLimitMs, "<path:a>/<path:b>/<path:c>x");
  CheckUnder(kLimitMs, "<slug:a>-<path:b>/<int:c>.");
}

TEST("many and adjacent converters stay linear") {
  for (const char* pattern :
       {"<path:a>a<path:b>a<path:c>a<path:d>a<path:e>x", "<a><b><c><d><e>/", "<slug:a><slug:b><slug:c><slug:d>.",
        "<path:a>-<int:b>-<slug:c>/<path:d>-<str:e>x", "<path:a>aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab",
        "<path:a>/<uuid:u>/<path:b>/<uuid:v>x"}) {
    CheckUnder(kLinearLimitMs, pattern);
  }
}

TEST("patterns that share their converters are as cheap together as one by one") {
  std::vector<std::string> patterns;
  for (int i = 0; i < 200; ++i) patterns.push_back("<slug:a>-<slug:b>-<slug:c>." + std::to_string(i));
  const auto table = MustCompile(Patterns(patterns));
  CHECK(MatchMs(*table, Repeated("a-")) < kLimitMs);
  CHECK(MatchMs(*table, Repeated("a")) < kLimitMs);
}

TEST("sixteen path converters stay linear") {
  std::string pattern;
  for (int i = 0; i < kMaxParams; ++i) pattern += "<path:p" + std::to_string(i) + ">/";
  const auto table = MustCompile(Patterns({pattern + "x"}));
  CHECK(MatchMs(*table, Repeated("/")) < kLinearLimitMs);
  CHECK(MatchMs(*table, Repeated("ab/")) < kLinearLimitMs);
}

TEST("what a skipped end could have found is found nevertheless") {
  const auto table = MustCompile(Patterns({"<path:a>/<path:b>/<slug:c>-<int:d>", "<path:a>/<slug:b>"}));
  CHECK_EQ(Get(*table, "/a/b/c/d/e-1/f-22/g"), "view 101 [a/b/c/d/e-1/f-22] [g]");
  CHECK_EQ(Get(*table, "/a/b/c/d/e-1"), "view 100 [a/b/c] [d] [e] [1]");
}

}  // namespace
}  // namespace fastserve::route
