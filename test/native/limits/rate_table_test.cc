#include "native/limits/rate_table.h"

#include <atomic>
#include <thread>

#include "native/limits/address_counts.h"
#include "native/limits/concurrency.h"
#include "native/limits/scope.h"
#include "test/native/testing.h"

using namespace fastserve;

namespace {

constexpr int64_t kSecond = 1'000'000'000;
constexpr limits::Gcra kTen{kSecond, 9};

base::IpAddress Address(const char* text) {
  base::IpAddress address;
  REQUIRE(base::ParseIpAddress(text, &address));
  return address;
}

}  // namespace

TEST("keys and rules are counted apart") {
  limits::RateTable table(1000, 1);
  for (int i = 0; i < 10; ++i) CHECK(table.Take(0, kTen, "a", kSecond).conforms);
  CHECK(!table.Take(0, kTen, "a", kSecond).conforms);
  CHECK(table.Take(0, kTen, "b", kSecond).conforms);
  CHECK(table.Take(1, kTen, "a", kSecond).conforms);
  CHECK(table.Take(0, kTen, "a", 2 * kSecond).conforms);
}

TEST("many keys take no more memory, and a busy key outlives idle ones") {
  limits::RateTable table(4096, 7);
  const size_t bytes = table.bytes();
  for (int i = 0; i < 10; ++i) table.Take(0, {kSecond * 3600, 9}, "busy", kSecond);
  for (int i = 0; i < 100'000; ++i) table.Take(0, {1, 0}, "key " + std::to_string(i), kSecond + i);
  CHECK_EQ(table.bytes(), bytes);
  CHECK(!table.Take(0, {kSecond * 3600, 9}, "busy", kSecond).conforms);
}

TEST("threads together get exactly what one would get") {
  limits::RateTable table(1000, 3);
  std::atomic<int> conforming{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 1000; ++i) conforming += table.Take(0, kTen, "shared", kSecond).conforms ? 1 : 0;
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK_EQ(conforming.load(), 10);
}

TEST("connections of one address are counted until they leave, IPv6 by network") {
  limits::AddressCounts counts(2, 5);
  CHECK(counts.Enter(Address("2001:db8::1")));
  CHECK(counts.Enter(Address("2001:db8::2")));
  CHECK(!counts.Enter(Address("2001:db8::3")));
  CHECK(counts.Enter(Address("2001:db8:0:1::1")));
  CHECK(counts.Enter(Address("192.0.2.1")));
  counts.Leave(Address("2001:db8::9"));
  CHECK(counts.Enter(Address("2001:db8::4")));
  for (int i = 0; i < 10; ++i) CHECK(counts.Enter({}));
}

TEST("threads never go beyond a concurrency, and all slots come back") {
  const auto count = std::make_shared<limits::ConcurrencyCount>(3);
  std::atomic<int> inside{0}, most{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 1000; ++i) {
        if (!count->Enter()) continue;
        limits::ConcurrencySlot slot(count);
        limits::ConcurrencySlot moved = std::move(slot);
        const int now = ++inside;
        for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
        }
        --inside;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(most.load() >= 1 && most.load() <= 3);
  CHECK_EQ(count->current(), 0u);
}

TEST("a scope covers paths below its prefix, of its host, with its methods") {
  limits::Scope scope{"/admin/", "*.example.org", 1u << static_cast<unsigned>(http::Method::kPost)};
  CHECK(scope.Covers(http::Method::kPost, "/admin/x", "a.example.org"));
  CHECK(scope.Covers(http::Method::kPost, "/admin", "a.example.org"));
  CHECK(!scope.Covers(http::Method::kPost, "/administrator", "a.example.org"));
  CHECK(!scope.Covers(http::Method::kGet, "/admin/", "a.example.org"));
  CHECK(!scope.Covers(http::Method::kPost, "/admin/", "example.org"));
  CHECK(limits::Scope{}.Covers(http::Method::kOther, "/", ""));
}
