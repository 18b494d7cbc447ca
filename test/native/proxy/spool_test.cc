// Content between a fast and a slow side.
#include "native/proxy/spool.h"

#include <string>

#include "test/native/testing.h"

namespace fastserve::proxy {

namespace {

std::string TakeAll(Spool* spool) {
  std::string all;
  char part[1000];
  for (ssize_t got = spool->Take(part, sizeof part); got > 0; got = spool->Take(part, sizeof part)) {
    all.append(part, static_cast<size_t>(got));
  }
  return all;
}

TEST("what is appended is taken in order, from memory and from the file") {
  Spool spool(100, 1u << 20);
  std::string expected;
  for (int i = 0; i < 200; ++i) {
    const std::string piece(static_cast<size_t>(i), static_cast<char>('a' + i % 26));
    CHECK(spool.Append(piece));
    expected += piece;
  }
  CHECK_EQ(spool.waiting(), expected.size());
  CHECK(TakeAll(&spool) == expected);
  CHECK_EQ(spool.waiting(), 0u);
  CHECK(spool.Append("again"));
  CHECK_EQ(TakeAll(&spool), "again");
}

TEST("more than the most is refused whole") {
  Spool spool(0, 10);
  CHECK(spool.Append("12345678"));
  CHECK(!spool.Append("123"));
  CHECK_EQ(spool.room(), 2u);
  CHECK_EQ(TakeAll(&spool), "12345678");
}

TEST("a stream that is never empty goes on for long") {
  Spool spool(0, 4u << 20);
  const std::string piece(1u << 20, 'x');
  std::string taken(1u << 20, '\0');
  CHECK(spool.Append(piece));
  for (int i = 0; i < 20; ++i) {
    CHECK(spool.Append(piece));
    CHECK_EQ(spool.Take(taken.data(), taken.size()), static_cast<ssize_t>(piece.size()));
    CHECK(taken == piece);
  }
  CHECK_EQ(spool.waiting(), piece.size());
}

}  // namespace

}  // namespace fastserve::proxy
