// OutputQueue over socket pairs: every byte, every release, every way to stop.
#include "native/net/output_queue.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <list>
#include <random>
#include <string>
#include <vector>

#include "native/base/unique_fd.h"
#include "test/native/testing.h"

using fastserve::base::UniqueFd;
using fastserve::net::BlockPool;
using fastserve::net::FlushStatus;
using fastserve::net::OutputQueue;
using fastserve::net::Release;

namespace {

constexpr size_t kNoBudget = SIZE_MAX;

// A queue, its pool, and a small socket pair to send through.
struct Fixture {
  Fixture() {
    int fds[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds) == 0);
    near.Reset(fds[0]);
    far.Reset(fds[1]);
    const int tiny = 1;
    ::setsockopt(near.get(), SOL_SOCKET, SO_SNDBUF, &tiny, sizeof tiny);
  }
  ~Fixture() { queue.Clear(pool); }

  FlushStatus Flush(size_t budget = kNoBudget) { return queue.Flush(pool, near.get(), budget, &sent); }

  // Takes up to `most` bytes that have arrived.
  void Receive(size_t most = SIZE_MAX) {
    char bytes[65536];
    while (most > 0) {
      const ssize_t got = ::read(far.get(), bytes, std::min(most, sizeof bytes));
      if (got <= 0) return;
      received.append(bytes, static_cast<size_t>(got));
      most -= static_cast<size_t>(got);
    }
  }
  // Flushes and receives until the queue is empty or has failed.
  FlushStatus Drain() {
    FlushStatus status;
    do {
      status = Flush();
      Receive();
    } while (status == FlushStatus::kBlocked || status == FlushStatus::kYield);
    return status;
  }

  BlockPool pool;
  OutputQueue queue;
  UniqueFd near, far;
  uint64_t sent = 0;
  std::string received;
};

Release CountInto(int* count) {
  return {[](void* context) { ++*static_cast<int*>(context); }, count};
}

UniqueFd TemporaryFile(const std::string& content) {
  char path[] = "/tmp/fastserve-output-XXXXXX";
  UniqueFd fd(::mkstemp(path));
  REQUIRE(fd.valid());
  ::unlink(path);
  REQUIRE(::pwrite(fd.get(), content.data(), content.size(), 0) == static_cast<ssize_t>(content.size()));
  return fd;
}

std::string Pattern(size_t size, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

// Client and server end of a TCP connection over the loopback.
struct TcpPair {
  TcpPair() {
    const UniqueFd listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    REQUIRE(::bind(listener.get(), reinterpret_cast<sockaddr*>(&address), length) == 0);
    REQUIRE(::listen(listener.get(), 1) == 0);
    ::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address), &length);
    far.Reset(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    REQUIRE(::connect(far.get(), reinterpret_cast<sockaddr*>(&address), length) == 0);
    near.Reset(::accept4(listener.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    REQUIRE(near.valid());
    const int on = 1;
    ::setsockopt(near.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  uint32_t DataSegmentsSent() const {
    tcp_info info{};
    socklen_t length = sizeof info;
    ::getsockopt(near.get(), IPPROTO_TCP, TCP_INFO, &info, &length);
    return info.tcpi_data_segs_out;
  }
  UniqueFd near, far;
};

}  // namespace

TEST("an output queue is one pointer") { CHECK_EQ(sizeof(OutputQueue), sizeof(void*)); }

TEST("flushing an empty queue sends nothing") {
  Fixture f;
  CHECK_EQ(f.Flush(), FlushStatus::kEmpty);
  CHECK_EQ(f.sent, 0u);
  CHECK(f.queue.empty());
}

TEST("appends and reservations go out in order, and an emptied queue is empty") {
  Fixture f;
  f.queue.Append(f.pool, "head ");
  std::memcpy(f.queue.Reserve(f.pool, 5), "room ", 5);
  f.queue.Append(f.pool, "tail");
  CHECK_EQ(f.queue.pending_bytes(), 14u);
  CHECK_EQ(f.queue.pending_memory(), 14u);
  CHECK_EQ(f.Flush(), FlushStatus::kEmpty);
  f.Receive();
  CHECK_EQ(f.received, "head room tail");
  CHECK_EQ(f.sent, 14u);
  CHECK(f.queue.empty());
  CHECK_EQ(f.queue.pending_bytes(), 0u);
}

TEST("appending nothing leaves the queue empty, and releases at once") {
  Fixture f;
  int released = 0;
  f.queue.Append(f.pool, "");
  CHECK(f.queue.Reserve(f.pool, 0) != nullptr);
  f.queue.AppendBorrowed("", CountInto(&released));
  f.queue.AppendFile(-1, 0, 0, CountInto(&released));
  CHECK(f.queue.empty());
  CHECK_EQ(released, 2);
}

TEST("a release is not needed") {
  Fixture f;
  f.queue.AppendBorrowed("borrowed", {});
  CHECK_EQ(f.Drain(), FlushStatus::kEmpty);
  CHECK_EQ(f.received, "borrowed");
}

TEST("small appends with borrowed memory between them share one block of the pool") {
  Fixture f;
  char* const only = f.pool.Take();
  f.pool.Give(only);
  int released = 0;
  for (int i = 0; i < 50; ++i) {
    f.queue.Append(f.pool, "size\r\n");
    f.queue.AppendBorrowed("chunk", CountInto(&released));
  }
  char* const other = f.pool.Take();  // the pool's block is in the queue: this one is new
  CHECK(other != only);
  CHECK_EQ(f.Drain(), FlushStatus::kEmpty);
  CHECK_EQ(released, 50);
  CHECK(f.pool.Take() == only);  // it came back, and was the only one that did
  char* const third = f.pool.Take();
  CHECK(third != only);
  f.pool.Give(third);
  f.pool.Give(other);
  f.pool.Give(only);
}

TEST("a block that was sent to its end of use is not filled again while another segment waits") {
  Fixture f;
  f.queue.Append(f.pool, "first");
  f.queue.AppendBorrowed(std::string_view("second"), {});
  CHECK_EQ(f.Flush(7), FlushStatus::kYield);  // "first" and two bytes of "second"
  f.queue.Append(f.pool, "third");
  CHECK_EQ(f.Drain(), FlushStatus::kEmpty);
  CHECK_EQ(f.received, "firstsecondthird");
}

TEST("a block that is being filled is found again after the segments that were sent are forgotten") {
  Fixture f;
  for (int i = 0; i < 100; ++i) f.queue.AppendBorrowed("b", {});
  f.queue.Append(f.pool, "tail");
  CHECK_EQ(f.Flush(90), FlushStatus::kYield);
  f.queue.AppendBorrowed("B", {});
  f.queue.Append(f.pool, "more");
  CHECK_EQ(f.Drain(), FlushStatus::kEmpty);
  CHECK_EQ(f.received, std::string(100, 'b') + "tailBmore");
}

TEST("a reservation of a whole block is contiguous behind a part-filled one") {
  Fixture f;
  f.queue.Append(f.pool, "x");
  const std::string block = Pattern(BlockPool::kBlockBytes, 1);
  std::memcpy(f.queue.Reserve(f.pool, block.size()), block.data(), block.size());
  f.queue.Append(f.pool, "y");
  CHECK_EQ(f.Drain(), FlushStatus::kEmpty);
  CHECK(f.received == "x" + block + "y");
}

TEST("a file region goes out from its offset for its length, and is no pending memory") {
  Fixture f;
  const std::string content = Pattern(300000, 2);
  const UniqueFd file = TemporaryFile(content);
  int released = 0;
  f.queue.Append(f.pool, "head");
  f.queue.AppendFile(file.get(), 1000, 250000, CountInto(&released));
  f.queue.Append(f.pool, "next");
  CHECK_EQ(f.queue.pending_bytes(), 250008u);
  CHECK_EQ(f.queue.pending_memory(), 8u);
  CHECK_EQ(f.Drain(), FlushStatus::kEmpty);
  CHECK(f.received == "head" + content.substr(1000, 250000) + "next");
  CHECK_EQ(released, 1);
  CHECK_EQ(::lseek(file.get(), 0, SEEK_CUR), 0);
}

TEST("the head of a response shares a packet with the first bytes of its file") {
  TcpPair tcp;
  BlockPool pool;
  OutputQueue queue;
  const UniqueFd file = TemporaryFile("the file");
  queue.Append(pool, "the head ");
  queue.AppendFile(file.get(), 0, 8, {});
  uint64_t sent = 0;
  CHECK_EQ(queue.Flush(pool, tcp.near.get(), kNoBudget, &sent), FlushStatus::kEmpty);
  char bytes[17];
  REQUIRE(::recv(tcp.far.get(), bytes, sizeof bytes, MSG_WAITALL) == sizeof bytes);
  CHECK_EQ(std::string(bytes, sizeof bytes), "the head the file");
  CHECK_EQ(tcp.DataSegmentsSent(), 1u);
}

TEST("the last bytes wait for the FIN that follows, and those that wait for nothing do not") {
  for (const bool fin_follows : {true, false}) {
    TcpPair tcp;
    BlockPool pool;
    OutputQueue queue;
    queue.Append(pool, "the end");
    uint64_t sent = 0;
    CHECK_EQ(queue.Flush(pool, tcp.near.get(), kNoBudget, &sent, fin_follows), FlushStatus::kEmpty);
    CHECK_EQ(tcp.DataSegmentsSent(), fin_follows ? 0u : 1u);
    ::shutdown(tcp.near.get(), SHUT_WR);
    char bytes[8];
    CHECK_EQ(::recv(tcp.far.get(), bytes, sizeof bytes, MSG_WAITALL), ssize_t{7});
    CHECK_EQ(tcp.DataSegmentsSent(), 1u);
  }
}

TEST("memory that a file does not follow at once is not held back") {
  TcpPair tcp;
  BlockPool pool;
  OutputQueue queue;
  const UniqueFd file = TemporaryFile("the file");
  queue.Append(pool, "head");
  queue.AppendFile(file.get(), 0, 8, {});
  uint64_t sent = 0;
  CHECK_EQ(queue.Flush(pool, tcp.near.get(), 4, &sent), FlushStatus::kYield);
  CHECK_EQ(tcp.DataSegmentsSent(), 1u);
  queue.Clear(pool);
}

TEST("a blocked queue goes on exactly where it stopped") {
  Fixture f;
  const std::string body = Pattern(1 << 20, 3);
  int released = 0;
  f.queue.AppendBorrowed(body, CountInto(&released));
  CHECK_EQ(f.Flush(), FlushStatus::kBlocked);
  CHECK_EQ(released, 0);
  CHECK_EQ(f.queue.pending_memory(), body.size() - f.sent);
  CHECK_EQ(f.Drain(), FlushStatus::kEmpty);
  CHECK(f.received == body);
  CHECK_EQ(f.sent, body.size());
  CHECK_EQ(released, 1);
}

TEST("more segments than one sendmsg takes are all sent") {
  Fixture f;
  std::string expected;
  std::list<std::string> parts;
  int released = 0;
  for (int i = 0; i < 500; ++i) {
    parts.push_back(std::to_string(i) + ";");
    f.queue.AppendBorrowed(parts.back(), CountInto(&released));
    expected += parts.back();
  }
  CHECK_EQ(f.Drain(), FlushStatus::kEmpty);
  CHECK_EQ(f.received, expected);
  CHECK_EQ(released, 500);
}

TEST("a budget is kept exactly, across memory and files, and yields while more remains") {
  const UniqueFd file = TemporaryFile(std::string(100, 'f'));
  for (size_t budget = 1; budget <= 60; ++budget) {
    Fixture f;
    f.queue.Append(f.pool, std::string(30, 'a'));
    f.queue.AppendBorrowed("0123456789", {});
    f.queue.AppendFile(file.get(), 0, 100, {});
    f.queue.Append(f.pool, "end");
    uint64_t before = 0;
    FlushStatus status;
    while ((status = f.Flush(budget)) == FlushStatus::kYield) {
      CHECK_EQ(f.sent - before, budget);
      before = f.sent;
      f.Receive();
    }
    CHECK_EQ(status, FlushStatus::kEmpty);
    f.Receive();
    CHECK_EQ(f.received, std::string(30, 'a') + "0123456789" + std::string(100, 'f') + "end");
  }
}

TEST("a budget that is just enough empties the queue") {
  Fixture f;
  f.queue.Append(f.pool, "12345");
  CHECK_EQ(f.Flush(5), FlushStatus::kEmpty);
}

TEST("a budget of nothing yields") {
  Fixture f;
  f.queue.Append(f.pool, "12345");
  CHECK_EQ(f.Flush(0), FlushStatus::kYield);
  CHECK_EQ(f.sent, 0u);
}

TEST("a file of which the socket takes only a part blocks, and so does one that ended early until the next flush") {
  Fixture f;
  const UniqueFd large = TemporaryFile(std::string(16 << 20, 'f'));
  f.queue.AppendFile(large.get(), 0, 16 << 20, {});
  CHECK_EQ(f.Flush(), FlushStatus::kBlocked);
  CHECK(f.queue.fronts_file());
  CHECK(f.sent > 0 && f.sent < 16u << 20);
  CHECK_EQ(f.Drain(), FlushStatus::kEmpty);
  CHECK(!f.queue.fronts_file());

  Fixture cut;
  const UniqueFd small = TemporaryFile(std::string(100, 'f'));
  cut.queue.AppendFile(small.get(), 0, 200, {});
  CHECK_EQ(cut.Flush(), FlushStatus::kBlocked);
  CHECK(!cut.queue.truncated());
  CHECK_EQ(cut.Flush(), FlushStatus::kError);
  CHECK(cut.queue.truncated());
  cut.queue.Clear(cut.pool);
}

TEST("a file that was truncated after it was queued is an error that says so, and is released by Clear") {
  Fixture f;
  const UniqueFd file = TemporaryFile(std::string(10000, 'f'));
  int released = 0;
  f.queue.AppendFile(file.get(), 0, 10000, CountInto(&released));
  f.queue.AppendBorrowed("next", CountInto(&released));
  REQUIRE(::ftruncate(file.get(), 4000) == 0);
  CHECK(!f.queue.truncated());
  CHECK_EQ(f.Drain(), FlushStatus::kError);
  CHECK(f.queue.truncated());
  CHECK_EQ(f.sent, 4000u);
  CHECK_EQ(f.Flush(), FlushStatus::kError);
  CHECK_EQ(released, 0);
  f.queue.Clear(f.pool);
  CHECK_EQ(released, 2);
  CHECK(!f.queue.truncated());
  f.queue.Append(f.pool, "again");
  CHECK_EQ(f.Flush(), FlushStatus::kEmpty);
}

TEST("memory for a peer that is gone is an error without a signal") {
  Fixture f;
  // A signal whose action is the default would end the test run.
  REQUIRE(::signal(SIGPIPE, SIG_DFL) != SIG_ERR);
  f.far.Reset();
  int released = 0;
  f.queue.Append(f.pool, "one");
  CHECK_EQ(f.Flush(), FlushStatus::kError);
  f.queue.AppendBorrowed("two", CountInto(&released));
  CHECK_EQ(f.Flush(), FlushStatus::kError);
  CHECK(!f.queue.truncated());
  f.queue.Clear(f.pool);
  CHECK_EQ(released, 1);
}

TEST("a file for a peer that is gone is an error") {
  Fixture f;
  const auto before = ::signal(SIGPIPE, SIG_IGN);
  const UniqueFd file = TemporaryFile("file");
  int released = 0;
  f.far.Reset();
  f.queue.AppendFile(file.get(), 0, 4, CountInto(&released));
  CHECK_EQ(f.Flush(), FlushStatus::kError);
  CHECK(!f.queue.truncated());
  CHECK_EQ(released, 0);
  f.queue.Clear(f.pool);
  CHECK_EQ(released, 1);
  ::signal(SIGPIPE, before);
}

TEST("Clear runs each release once, in order, and gives the blocks back") {
  BlockPool pool;
  char* const block = pool.Take();
  pool.Give(block);
  OutputQueue queue;
  std::vector<int> order;
  struct Item {
    std::vector<int>* order;
    int number;
  };
  Item items[3] = {{&order, 0}, {&order, 1}, {&order, 2}};
  for (Item& item : items) {
    queue.Append(pool, "framing");
    queue.AppendBorrowed("data", {[](void* context) {
                                    auto* item = static_cast<Item*>(context);
                                    item->order->push_back(item->number);
                                  },
                                  &item});
  }
  queue.Clear(pool);
  CHECK(queue.empty());
  CHECK(order == (std::vector<int>{0, 1, 2}));
  char* const back = pool.Take();
  CHECK_EQ(static_cast<void*>(back), static_cast<void*>(block));
  pool.Give(back);
  queue.Clear(pool);
  CHECK_EQ(order.size(), 3u);
}

TEST("random interleavings of everything arrive byte for byte through a tiny socket, each release run once") {
  const std::string content = Pattern(200000, 4);
  const UniqueFd file = TemporaryFile(content);
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    std::mt19937_64 random(seed);
    const auto below = [&](size_t n) { return static_cast<size_t>(random() % n); };
    Fixture f;
    std::string expected;
    std::list<std::string> lent;
    std::list<int> releases;
    for (int step = 0; step < 400; ++step) {
      const std::string bytes = Pattern(below(8) == 0 ? below(40000) : below(200), seed * 1000 + static_cast<uint64_t>(step));
      switch (below(7)) {
        case 0:
        case 1:
          f.queue.Append(f.pool, bytes);
          expected += bytes;
          break;
        case 2: {
          const size_t size = std::min(bytes.size(), BlockPool::kBlockBytes);
          std::memcpy(f.queue.Reserve(f.pool, size), bytes.data(), size);
          expected.append(bytes, 0, size);
          break;
        }
        case 3:
          lent.push_back(bytes);
          f.queue.AppendBorrowed(lent.back(), CountInto(&releases.emplace_back(0)));
          expected += bytes;
          break;
        case 4: {
          const size_t offset = below(content.size());
          const size_t length = below(content.size() - offset);
          f.queue.AppendFile(file.get(), offset, length, CountInto(&releases.emplace_back(0)));
          expected.append(content, offset, length);
          break;
        }
        case 5:
          CHECK(f.Flush(below(2) == 0 ? kNoBudget : below(9000)) != FlushStatus::kError);
          break;
        default:
          f.Receive(below(30000));
      }
      CHECK_EQ(f.queue.pending_bytes(), expected.size() - f.sent);
    }
    if (seed % 4 == 0) f.queue.Clear(f.pool);
    CHECK_EQ(f.Drain(), FlushStatus::kEmpty);
    CHECK(f.received == expected.substr(0, f.sent));
    CHECK(seed % 4 == 0 || f.sent == expected.size());
    for (const int released : releases) CHECK_EQ(released, 1);
  }
}

TEST("a queue that is never quite empty sends a long stream in order") {
  Fixture f;
  std::string expected;
  std::list<std::string> lent;
  f.queue.Append(f.pool, "start");
  expected += "start";
  for (int i = 0; i < 5000; ++i) {
    lent.push_back("chunk " + std::to_string(i) + "\n");
    f.queue.Append(f.pool, "6\r\n");
    f.queue.AppendBorrowed(lent.back(), {});
    expected += "6\r\n" + lent.back();
    CHECK_EQ(f.Flush(expected.size() - f.sent - 1), FlushStatus::kYield);
    f.Receive();
  }
  CHECK_EQ(f.Drain(), FlushStatus::kEmpty);
  CHECK(f.received == expected);
}

TEST("Take moves bytes across memory and files, and releases what is used up") {
  Fixture fixture;
  const UniqueFd file = TemporaryFile("0123456789");
  int released = 0;
  fixture.queue.Append(fixture.pool, "head ");
  fixture.queue.AppendBorrowed("borrowed ", CountInto(&released));
  fixture.queue.AppendFile(file.get(), 2, 5, CountInto(&released));
  char bytes[64];
  CHECK_EQ(fixture.queue.Take(fixture.pool, bytes, 8), 8);
  CHECK_EQ(std::string(bytes, 8), std::string("head bor"));
  CHECK_EQ(released, 0);
  CHECK_EQ(fixture.queue.Take(fixture.pool, bytes, sizeof bytes), 11);
  CHECK_EQ(std::string(bytes, 11), std::string("rowed 23456"));
  CHECK_EQ(released, 2);
  CHECK(fixture.queue.empty());
  CHECK_EQ(fixture.queue.Take(fixture.pool, bytes, sizeof bytes), 0);
}

TEST("Take says when a file was truncated after it was queued") {
  Fixture fixture;
  const UniqueFd file = TemporaryFile("0123456789");
  int released = 0;
  fixture.queue.AppendFile(file.get(), 0, 11, CountInto(&released));
  char bytes[64];
  CHECK_EQ(fixture.queue.Take(fixture.pool, bytes, sizeof bytes), -1);
  CHECK(fixture.queue.truncated());
  fixture.queue.Clear(fixture.pool);
  CHECK_EQ(released, 1);
}

TEST("the memory at the front is offered in place and skipped in parts; a file at the front offers none") {
  Fixture fixture;
  const UniqueFd file = TemporaryFile("0123456789");
  CHECK(fixture.queue.FrontMemory().empty());
  fixture.queue.Append(fixture.pool, "memory");
  fixture.queue.AppendFile(file.get(), 0, 1, {});
  CHECK_EQ(std::string(fixture.queue.FrontMemory()), std::string("memory"));
  fixture.queue.Skip(fixture.pool, 4);
  CHECK_EQ(std::string(fixture.queue.FrontMemory()), std::string("ry"));
  CHECK_EQ(fixture.queue.pending_memory(), 2u);
  fixture.queue.Skip(fixture.pool, 2);
  CHECK(fixture.queue.FrontMemory().empty());
  CHECK(!fixture.queue.empty());
}

namespace {

// Says what a test says of a file, and notes what it was asked.
struct FakePages final : fastserve::net::PageWatch {
  uint64_t Present(uint64_t offset, uint64_t length) override {
    ++asked;
    last_offset = offset;
    return std::min(length, present);
  }
  uint64_t present = 0;
  int asked = 0;
  uint64_t last_offset = 0;
};

}  // namespace

TEST("a file that is not in memory stops the queue behind what is before it, and goes on when its pages are granted") {
  Fixture f;
  const UniqueFd file = TemporaryFile(std::string(1000, 'f'));
  FakePages pages;
  int released = 0;
  f.queue.Append(f.pool, "head");
  f.queue.AppendFile(file.get(), 100, 800, CountInto(&released), &pages);
  CHECK_EQ(f.Flush(), FlushStatus::kAwaitsPages);
  CHECK_EQ(f.sent, 4u);
  const fastserve::net::FilePiece piece = f.queue.FrontPages();
  CHECK_EQ(piece.fd, file.get());
  CHECK_EQ(piece.offset, 100u);
  CHECK_EQ(piece.length, 800u);
  f.queue.GrantPages(&pages, 99, 800);  // of a front that was another one
  CHECK_EQ(f.Flush(), FlushStatus::kAwaitsPages);
  f.queue.GrantPages(&pages, 100, 300);
  CHECK_EQ(f.Flush(), FlushStatus::kAwaitsPages);
  CHECK_EQ(pages.last_offset, 400u);
  pages.present = 1000;
  CHECK_EQ(f.Drain(), FlushStatus::kEmpty);
  CHECK_EQ(f.received, "head" + std::string(800, 'f'));
  CHECK_EQ(released, 1);
}

TEST("what was found in memory is asked for again once a reader has kept the queue waiting") {
  Fixture f;
  const UniqueFd file = TemporaryFile(std::string(500000, 'f'));
  FakePages pages;
  pages.present = 400000;
  f.queue.AppendFile(file.get(), 0, 500000, {}, &pages);
  CHECK_EQ(f.Flush(), FlushStatus::kBlocked);
  CHECK_EQ(pages.asked, 1);
  pages.present = 0;
  f.Receive();
  CHECK_EQ(f.Flush(), FlushStatus::kAwaitsPages);
  CHECK_EQ(f.Flush(0), FlushStatus::kYield);
}

TEST("Take stops at a file that is not in memory, and takes no more of one than is") {
  Fixture f;
  const UniqueFd file = TemporaryFile("0123456789");
  FakePages pages;
  char into[64];
  f.queue.Append(f.pool, "head");
  f.queue.AppendFile(file.get(), 0, 10, {}, &pages);
  CHECK_EQ(f.queue.Take(f.pool, into, sizeof into), 4);
  CHECK_EQ(f.queue.Take(f.pool, into, sizeof into), 0);
  CHECK(!f.queue.empty());
  f.queue.GrantPages(&pages, 0, 3);
  CHECK_EQ(f.queue.Take(f.pool, into, sizeof into), 3);
  f.queue.GrantPages(&pages, 3, 7);
  f.queue.ForgetPages();
  CHECK_EQ(f.queue.Take(f.pool, into, sizeof into), 0);
  pages.present = 7;
  CHECK_EQ(f.queue.Take(f.pool, into, sizeof into), 7);
  CHECK(f.queue.empty());
}
