// Nanoseconds of one match among 1, 200 and 10,000 routes, on hits, misses and hostile paths; also counts allocations.
//
//   g++ -std=c++20 -O2 -I. -o /tmp/table_benchmark test/native/route/table_benchmark.cc native/route/*.cc
//   /tmp/table_benchmark
//
// One path is asked of a table with its own route only and of large ones. Each figure is the median of 15 runs with the
// distance between the quartiles, in CPU time of the thread: neighbours on the machine count less. Exits with 1 when a
// match allocates.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <new>

#include "test/native/route/helpers.h"

static uint64_t allocation_count = 0;
void* operator new(size_t size) {
  ++allocation_count;
  return std::malloc(size);
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }

namespace fastserve::route {
namespace {

// Resource number `i`: five routes as an application would have them.
void AddResource(int i, std::vector<std::string>* patterns) {
  const std::string base = "api/v" + std::to_string(i % 3) + "/resource" + std::to_string(i) + "/";
  patterns->push_back(base);
  patterns->push_back(base + "<int:id>/");
  patterns->push_back(base + "<int:id>/edit/");
  patterns->push_back(base + "<int:year>/<slug:title>/");
  patterns->push_back(base + "search/<str:words>/");
}

std::shared_ptr<const Table> TableOf(size_t routes) {
  std::vector<std::string> patterns;
  for (int i = 0; patterns.size() < routes; ++i) AddResource(i, &patterns);
  return MustCompile(Patterns(patterns));
}

double CpuNs() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

double RunOnce(const Table& table, const std::vector<std::string>& paths, int rounds) {
  Match match;
  size_t next = 0;
  const double begin = CpuNs();
  for (int i = 0; i < rounds; ++i) {
    table.MatchView(Method::kGet, paths[next], &match);
    if (++next == paths.size()) next = 0;
  }
  return (CpuNs() - begin) / rounds;
}

// The first pass lets the thread's scratch memory grow, the second one must not allocate.
void RequireNoAllocation(const Table& table, const std::vector<std::string>& paths) {
  RunOnce(table, paths, static_cast<int>(paths.size()));
  const uint64_t before = allocation_count;
  RunOnce(table, paths, static_cast<int>(paths.size()));
  if (allocation_count == before) return;
  std::printf("a match has allocated\n");
  std::exit(1);
}

using Tables = std::vector<std::shared_ptr<const Table>>;

// One line: a column for each table. Runs are interleaved, so that what slows the machine slows each of them.
void Report(const char* name, const Tables& tables, const std::vector<std::string>& paths, int rounds = 100000) {
  constexpr int kRuns = 15;
  std::vector<std::vector<double>> runs(tables.size());
  for (const auto& table : tables) RequireNoAllocation(*table, paths);
  for (int run = 0; run < kRuns; ++run) {
    for (size_t i = 0; i < tables.size(); ++i) runs[i].push_back(RunOnce(*tables[i], paths, rounds));
  }
  std::printf("%-28s", name);
  for (std::vector<double>& run : runs) {
    std::sort(run.begin(), run.end());
    std::printf("  %9.1f ± %5.1f", run[kRuns / 2], run[kRuns * 3 / 4] - run[kRuns / 4]);
  }
  std::printf("\n");
}

std::vector<std::string> ManyPaths(size_t resources) {
  std::vector<std::string> paths;
  for (size_t i = 0; i < 1000; ++i) {
    const size_t number = i * 7919 % resources;
    paths.push_back("/api/v" + std::to_string(number % 3) + "/resource" + std::to_string(number) + "/2013/hello-world/");
  }
  return paths;
}

std::string Repeated(std::string_view unit) {
  std::string path = "/";
  while (path.size() < 8192) path += unit;
  return path;
}

void Run() {
  const auto small = TableOf(200);
  const auto large = TableOf(10000);
  const auto among = [&](const char* pattern) { return Tables{MustCompile(Patterns({pattern})), small, large}; };
  std::printf("ns per match                      1 route          200 routes        10000 routes\n");
  Report("literal", among("api/v0/resource0/"), {"/api/v0/resource0/"});
  Report("one converter", among("api/v0/resource0/<int:id>/"), {"/api/v0/resource0/42/"});
  Report("two converters", among("api/v0/resource0/<int:year>/<slug:title>/"), {"/api/v0/resource0/2013/hello-world/"});
  Report("404", among("api/v0/resource0/"), {"/favicon.ico"});
  Report("slash redirect", among("api/v0/resource0/"), {"/api/v0/resource0"});
  Report("1000 paths (200 routes)", {small}, ManyPaths(40));
  Report("1000 paths (10000 routes)", {large}, ManyPaths(2000));
  const Tables slugs = {MustCompile(Patterns({"<slug:a>-<slug:b>-<slug:c>x"}))};
  Report("slug-slug-slugx, 8 KiB a-", slugs, {Repeated("a-")}, 100);
  const Tables paths = {MustCompile(Patterns({"<path:a>/<path:b>/<path:c>x"}))};
  Report("path/path/pathx, 8 KiB a/", paths, {Repeated("a/")}, 100);
}

}  // namespace
}  // namespace fastserve::route

int main() { fastserve::route::Run(); }
