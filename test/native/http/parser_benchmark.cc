// How long one request head takes: median of rounds, in nanoseconds. Not part of the tests.
//
//   g++ -std=c++20 -O2 -I. native/http/*.cc test/native/http/parser_benchmark.cc -o /tmp/parser_benchmark
#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "native/base/clock.h"
#include "native/http/request/request_parser.h"

namespace {

using fastserve::http::HeadLimits;
using fastserve::http::ParseRequestHead;
using fastserve::http::RequestHead;

constexpr int kRounds = 31;
constexpr int kParsesPerRound = 20000;

constexpr char kSmall[] = "GET / HTTP/1.1\r\nHost: localhost:8080\r\n\r\n";
constexpr char kBrowser[] =
    "GET /countries/europe/?page=2&order=name HTTP/1.1\r\n"
    "Host: www.example.com\r\n"
    "Connection: keep-alive\r\n"
    "sec-ch-ua: \"Chromium\";v=\"124\", \"Google Chrome\";v=\"124\", \"Not-A.Brand\";v=\"99\"\r\n"
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0 Safari/537.36\r\n"
    "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8\r\n"
    "Sec-Fetch-Site: same-origin\r\n"
    "Sec-Fetch-Mode: navigate\r\n"
    "Referer: https://www.example.com/countries/\r\n"
    "Accept-Encoding: gzip, deflate, br, zstd\r\n"
    "Accept-Language: en-US,en;q=0.9,de;q=0.8\r\n"
    "Cookie: sessionid=8f1c0d1a2b3c4d5e6f708192a3b4c5d6; csrftoken=q1w2e3r4t5y6u7i8o9p0\r\n\r\n";

void Measure(const char* name, const std::string& input) {
  static RequestHead head;
  const HeadLimits limits;
  std::vector<double> rounds;
  for (int round = 0; round < kRounds; ++round) {
    const int64_t start = fastserve::base::MonotonicNs();
    for (int i = 0; i < kParsesPerRound; ++i) {
      asm volatile("" : : "r"(input.data()) : "memory");  // the bytes may have changed: parse again
      const auto result = ParseRequestHead(input, 0, limits, &head);
      asm volatile("" : : "r"(result.status) : "memory");
    }
    rounds.push_back(static_cast<double>(fastserve::base::MonotonicNs() - start) / kParsesPerRound);
  }
  std::sort(rounds.begin(), rounds.end());
  std::printf("%-24s %4zu bytes %3u fields  median %6.1f ns  min %6.1f ns\n", name, input.size(), head.field_count,
              rounds[kRounds / 2], rounds[0]);
}

}  // namespace

int main() {
  Measure("GET with Host", kSmall);
  Measure("GET of a browser", kBrowser);
}
