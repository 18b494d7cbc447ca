// What one StaticHandler::Answer costs: nanoseconds and allocations a call, for the cases that matter under load.
//
//   g++ -std=c++20 -O2 -I. native/{base,compress,files,http}/*.cc test/native/files/static_benchmark.cc \
//       -Wl,--no-as-needed -l:libz.so.1 -o build/static_benchmark
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <thread>

#include "native/base/clock.h"
#include "test/native/files/site.h"

namespace {
uint64_t allocation_count = 0;
}

void* operator new(size_t size) {
  ++allocation_count;
  void* const memory = std::malloc(size);
  if (memory == nullptr) std::abort();
  return memory;
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }

namespace fastserve::files {
namespace {

constexpr int kRounds = 7;
constexpr int kCalls = 100'000;

// Prints the median round. `step_ms` moves the clock at each call: 0 stays within the time to live.
void Measure(const char* label, Site& site, std::string_view path, const TestRequest& request, int64_t step_ms = 0) {
  FileAnswer answer;
  std::vector<double> nanoseconds(kRounds);
  const uint64_t allocations_before = allocation_count;
  for (double& round : nanoseconds) {
    const int64_t start = base::MonotonicNs();
    for (int i = 0; i < kCalls; ++i) {
      site.handler.Answer(site.mount, path, request.head, request.bytes, site.now_ms += step_ms, &answer);
      if (answer.file != nullptr) answer.file->Release();
    }
    round = static_cast<double>(base::MonotonicNs() - start) / kCalls;
  }
  const double allocations = static_cast<double>(allocation_count - allocations_before) / (kRounds * kCalls);
  std::sort(nanoseconds.begin(), nanoseconds.end());
  std::printf("%-38s status %3d  %7.1f ns  %.2f allocations\n", label, answer.status, nanoseconds[kRounds / 2],
              allocations);
}

TestRequest Browser(TestRequest::Fields more = {}) {
  using http::FieldId;
  TestRequest::Fields fields = {{FieldId::kHost, "h"},           {FieldId::kConnection, "keep-alive"},
                                {FieldId::kUserAgent, "x"},      {FieldId::kAccept, "*/*"},
                                {FieldId::kAcceptEncoding, "x"}, {FieldId::kAcceptLanguage, "x"},
                                {FieldId::kReferer, "x"},        {FieldId::kSecFetchDest, "script"},
                                {FieldId::kSecFetchMode, "x"},   {FieldId::kSecFetchSite, "same-origin"}};
  fields.insert(fields.end(), more.begin(), more.end());
  return TestRequest(http::Method::kGet, fields);
}

void Run() {
  Site site;
  site.mount.precompressed = {http::Coding::kBrotli, http::Coding::kZstd, http::Coding::kGzip};
  site.Write("coded.js", std::string(2000, 'x'));
  site.Write("coded.js.br", std::string(500, 'x'));
  site.Write("assets/application-4f2a91c0.js", std::string(2000, 'x'));
  site.Write("index.html", std::string(2000, 'x'));
  site.Write("large.bin", std::string(100'000, 'x'));
  for (int i = 0; i < 800; ++i) site.Write("many/" + std::to_string(i) + ".txt", "x");
  for (int i = 0; i < 800; ++i) site.Get("/static/many/" + std::to_string(i) + ".txt");
  constexpr std::string_view kPath = "/static/assets/application-4f2a91c0.js";
  const TestRequest plain(http::Method::kGet, {{http::FieldId::kHost, "h"}});
  const std::string etag = site.Get(std::string(kPath)).Field("ETag");
  Measure("in memory, 1 field", site, kPath, plain);
  Measure("in memory, 10 fields", site, kPath, Browser());
  Measure("index of a directory, 10 fields", site, "/static/", Browser());
  Measure("in memory, If-None-Match", site, kPath, Browser({{http::FieldId::kIfNoneMatch, etag}}));
  Measure("in memory, one range", site, kPath, Browser({{http::FieldId::kRange, "bytes=0-99"}}));
  Measure("in memory, two ranges", site, kPath, Browser({{http::FieldId::kRange, "bytes=0-99,500-599"}}));
  Measure("precompressed, in memory", site, "/static/coded.js",
          Browser({{http::FieldId::kAcceptEncoding, "gzip, deflate, br, zstd"}}));
  compress::VariantMaker maker(
      {.codings = {http::Coding::kGzip}, .levels = {1, 1, 1, 1}, .types = {"text/*"}, .min_bytes = 0});
  if (!maker.Start()) return;
  site.mount.maker = &maker;
  site.Write("made.js", std::string(2000, 'x'));
  const TestRequest::Fields codings = {{http::FieldId::kAcceptEncoding, "gzip, deflate, br, zstd"}};
  while (site.Get("/static/made.js", codings).Field("Content-Encoding").empty()) std::this_thread::yield();
  Measure("made form, in memory", site, "/static/made.js", Browser(codings));
  maker.Stop();
  site.mount.maker = nullptr;
  Measure("on its descriptor (fstat)", site, "/static/large.bin", Browser());
  Measure("known to be absent", site, "/static/users/42", Browser());
  Measure("on its descriptor, revalidated", site, "/static/large.bin", Browser(), 1000);
  Measure("absent, asked again", site, "/static/users/42", Browser(), 1000);
}

}  // namespace
}  // namespace fastserve::files

int main() { fastserve::files::Run(); }
