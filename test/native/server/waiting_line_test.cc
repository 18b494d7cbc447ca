// Who of a waiting line is next: by age, by overload, by turns of keys.
#include "native/server/dispatch/waiting_line.h"

#include <memory>
#include <string>
#include <vector>

#include "test/native/testing.h"

namespace fastserve::server {
namespace {

// Exchanges with one letter each; upper-case letters of the same key as their lower-case ones.
class Line {
 public:
  explicit Line(LineOrder order, bool fair) : line(order, fair) {}

  void Push(char name, uint64_t share, int64_t now_ms) { line.Push(Make(name, share), now_ms); }
  void PushAgain(char name, int64_t now_ms) { line.PushAgain(Make(name, 0), now_ms); }
  void Remove(char name) { line.Remove(exchanges_[static_cast<size_t>(name)].get()); }
  // The names in the order in which workers would get them.
  std::string TakeAll(int64_t now_ms) {
    std::string names;
    while (Exchange* exchange = line.Next(now_ms)) {
      line.Take(exchange);
      names.push_back(static_cast<char>(exchange->slot));
    }
    return names;
  }

  WaitingLine line;

 private:
  Exchange* Make(char name, uint64_t share) {
    auto& exchange = exchanges_[static_cast<size_t>(name)];
    exchange = std::make_unique<Exchange>();
    exchange->slot = static_cast<uint32_t>(name);
    exchange->share = share;
    return exchange.get();
  }
  std::vector<std::unique_ptr<Exchange>> exchanges_{128};
};

TEST("a plain line gives the oldest first") {
  Line line(LineOrder::kFifo, false);
  for (const char name : std::string("abc")) line.Push(name, 0, 0);
  CHECK_EQ(line.TakeAll(10'000), std::string("abc"));
  CHECK(line.line.empty());
}

TEST("newest first holds only once the line has not been empty for a while") {
  Line line(LineOrder::kNewestFirst, false);
  line.Push('a', 0, 1000);
  line.Push('b', 0, 1050);
  CHECK_EQ(line.line.Next(1000 + kOverloadMs - 1)->slot, static_cast<uint32_t>('a'));
  CHECK_EQ(line.TakeAll(1000 + kOverloadMs), std::string("ba"));
  line.Push('c', 0, 5000);
  line.Push('d', 0, 5001);
  CHECK_EQ(line.TakeAll(5002), std::string("cd"));
}

TEST("keys take turns, however many requests one of them has") {
  Line line(LineOrder::kFifo, true);
  for (const char name : std::string("abcdef")) line.Push(name, 1, 0);
  line.Push('x', 2, 1);
  line.Push('y', 3, 2);
  line.Push('z', 2, 3);
  CHECK_EQ(line.TakeAll(4), std::string("axybzcdef"));
}

TEST("a key that has come and gone between two of its requests has one turn, not two") {
  Line line(LineOrder::kFifo, true);
  line.Push('a', 1, 0);
  line.Push('x', 2, 0);
  line.Remove('a');
  line.Push('b', 1, 1);
  line.Push('c', 1, 1);
  CHECK_EQ(line.TakeAll(2), std::string("xbc"));
}

TEST("in overload each key's newest goes first, in turns") {
  Line line(LineOrder::kNewestFirst, true);
  line.Push('a', 1, 0);
  line.Push('b', 1, 0);
  line.Push('x', 2, 0);
  line.Push('y', 2, 0);
  CHECK_EQ(line.TakeAll(kOverloadMs), std::string("byax"));
}

TEST("what a worker died with goes before everything, in every order") {
  for (const bool fair : {false, true}) {
    Line line(LineOrder::kNewestFirst, fair);
    line.Push('a', 1, 0);
    line.PushAgain('n', 1);
    line.PushAgain('m', 1);
    line.Push('b', 1, 2);
    CHECK_EQ(line.line.size(), 4u);
    CHECK_EQ(line.TakeAll(kOverloadMs), std::string("mnba"));
  }
}

TEST("whoever leaves is taken out, wherever it stood") {
  for (const bool fair : {false, true}) {
    Line line(LineOrder::kFifo, fair);
    line.PushAgain('m', 0);
    for (const char name : std::string("abc")) line.Push(name, static_cast<uint64_t>(name), 0);
    line.Remove('b');
    line.Remove('m');
    CHECK_EQ(line.line.oldest()->slot, static_cast<uint32_t>('a'));
    CHECK_EQ(line.TakeAll(1), std::string("ac"));
  }
}

}  // namespace
}  // namespace fastserve::server
