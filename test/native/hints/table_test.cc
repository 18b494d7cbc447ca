#include "native/hints/table.h"

#include <thread>
#include <vector>

#include "native/hints/lesson.h"
#include "native/http/request/request_parser.h"
#include "test/native/testing.h"

using namespace fastserve;
using namespace fastserve::hints;

namespace {

constexpr int64_t kAge = 1000;
constexpr Pupil kOne{1, 0}, kOther{2, 0};
constexpr std::string_view kFields = "Content-Type: text/html\r\nLink: </a.css>; rel=preload; as=style\r\n";

std::string Told(const Table& table, const PageKey& page, int64_t now_ms) {
  const Lines lines = table.LinesFor(page, now_ms);
  return lines == nullptr ? "" : *lines;
}

void Teach(Table* table, const PageKey& page, std::string_view fields, int64_t now_ms) {
  table->Learn(page, kOne, fields, now_ms);
  table->Learn(page, kOther, fields, now_ms);
}

// A request's head; Parsed keeps the bytes.
struct Parsed {
  explicit Parsed(std::string_view text) : bytes(text) {
    CHECK(http::ParseRequestHead(bytes, 0, {}, &head).status == http::ParseStatus::kDone);
  }
  bool navigates() const { return IsNavigation(head, bytes); }
  std::string bytes;
  http::RequestHead head;
};

base::IpAddress Address(std::string_view text) {
  base::IpAddress address;
  base::ParseIpAddress(text, &address);
  return address;
}

Pupil PupilAt(std::string_view address, std::string_view fields) {
  const Parsed request("GET / HTTP/1.1\r\nHost: a\r\n" + std::string(fields) + "\r\n");
  return PupilOf(Address(address), request.head, request.bytes);
}

}  // namespace

TEST("a page has the hints that its own answers taught") {
  Table table({true, kAge, {}});
  const PageKey page = KeyOf(3, true, "site.example");
  Teach(&table, page, kFields, 0);
  CHECK_EQ(Told(table, page, 0), "Link: </a.css>; rel=preload; as=style\r\n");
  CHECK_EQ(Told(table, KeyOf(3, true, "SITE.example"), 0), Told(table, page, 0));
  CHECK_EQ(Told(table, KeyOf(4, true, "site.example"), 0), "");
  CHECK_EQ(Told(table, KeyOf(3, false, "site.example"), 0), "");
  CHECK_EQ(Told(table, KeyOf(3, true, "other.example"), 0), "");
}

TEST("an answer without links forgets those of the page, one that may not be stored does not") {
  Table table({true, kAge, {}});
  const PageKey page = KeyOf(1, true, "a");
  Teach(&table, page, kFields, 0);
  table.Learn(page, kOne, "Cache-Control: private\r\n", 0);
  CHECK(Told(table, page, 0) != "");
  table.Learn(page, kOne, "Content-Type: text/html\r\n", 0);
  CHECK_EQ(Told(table, page, 0), "");
}

TEST("hints and half-learnt links of a page that nobody asked for in its time are gone") {
  Table table({true, kAge, {}});
  const PageKey page = KeyOf(1, true, "a"), half = KeyOf(2, true, "a");
  Teach(&table, page, kFields, 0);
  table.Learn(half, kOne, kFields, 0);
  CHECK(Told(table, page, kAge) != "");
  CHECK_EQ(Told(table, page, kAge + 1), "");
  table.Learn(half, kOther, kFields, kAge + 1);
  CHECK_EQ(Told(table, half, kAge + 1), "");
}

TEST("a full table forgets the page that was taught longest ago") {
  Table table({true, kAge, {}});
  const auto page = [](size_t index) { return KeyOf(static_cast<uint16_t>(index), true, "a"); };
  for (size_t i = 0; i < Table::kMaxPages; ++i) Teach(&table, page(i), kFields, i == 7 ? 0 : 1);
  Teach(&table, page(Table::kMaxPages), kFields, 2);
  CHECK_EQ(Told(table, page(7), 2), "");
  CHECK(Told(table, page(8), 2) != "");
  CHECK(Told(table, page(Table::kMaxPages), 2) != "");
}

TEST("lines that a request has got outlive their page") {
  Table table({true, kAge, {}});
  const PageKey page = KeyOf(1, true, "a");
  Teach(&table, page, kFields, 0);
  const Lines lines = table.LinesFor(page, 0);
  table.Learn(page, kOne, "", 0);
  CHECK_EQ(*lines, "Link: </a.css>; rel=preload; as=style\r\n");
}

TEST("threads teach and ask one table together") {
  Table table({true, kAge, {}});
  std::vector<std::thread> threads;
  for (uint64_t thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&table, thread] {
      for (uint16_t i = 0; i < 500; ++i) {
        const PageKey page = KeyOf(i % 8, true, "a");
        table.Learn(page, {thread, 0}, kFields, i);
        const Lines lines = table.LinesFor(page, i);
        if (lines != nullptr) CHECK_EQ(*lines, "Link: </a.css>; rel=preload; as=style\r\n");
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST("a navigation is a GET over HTTP/1.1 that a browser calls one") {
  CHECK(Parsed("GET / HTTP/1.1\r\nHost: a\r\nSec-Fetch-Mode: navigate\r\n\r\n").navigates());
  CHECK(!Parsed("HEAD / HTTP/1.1\r\nHost: a\r\nSec-Fetch-Mode: navigate\r\n\r\n").navigates());
  CHECK(!Parsed("GET / HTTP/1.0\r\nHost: a\r\nSec-Fetch-Mode: navigate\r\n\r\n").navigates());
  CHECK(!Parsed("GET / HTTP/1.1\r\nHost: a\r\nSec-Fetch-Mode: cors\r\n\r\n").navigates());
  CHECK(!Parsed("GET / HTTP/1.1\r\nHost: a\r\n\r\n").navigates());
}

TEST("a client is its network and what it says who it is") {
  CHECK(AreDifferent(PupilAt("192.0.2.1", ""), PupilAt("192.0.2.2", "")));
  CHECK(!AreDifferent(PupilAt("2001:db8::1", ""), PupilAt("2001:db8::2", "")));
  CHECK(AreDifferent(PupilAt("2001:db8::1", ""), PupilAt("2001:db8:0:1::1", "")));
  CHECK(!AreDifferent(PupilAt("192.0.2.1", "Cookie: s=1\r\n"), PupilAt("192.0.2.2", "Cookie: s=1\r\n")));
  CHECK(AreDifferent(PupilAt("192.0.2.1", "Authorization: Basic a\r\n"), PupilAt("192.0.2.2", "Authorization: Basic b\r\n")));
}

TEST("only a 200 is a lesson") {
  auto table = std::make_shared<Table>(Policy{true, kAge, {}});
  const PageKey page = KeyOf(1, true, "a");
  for (const Pupil& pupil : {kOne, kOther}) Lesson(table, page, pupil, nullptr).OnHead(404, kFields, 0);
  CHECK_EQ(Told(*table, page, 0), "");
  for (const Pupil& pupil : {kOne, kOther}) Lesson(table, page, pupil, nullptr).OnHead(200, kFields, 0);
  CHECK(Told(*table, page, 0) != "");
  Lesson(table, page, kOne, nullptr).OnHead(304, "", 0);
  CHECK(Told(*table, page, 0) != "");
}

TEST("an application's own hints are told as far as they are new") {
  constexpr std::string_view hinted = "Link: </a>; rel=preload\r\nLink: </b>; rel=preload\r\n";
  CHECK_EQ(LinesBeyond("Link: </a>; rel=preload\r\n", hinted), "");
  CHECK_EQ(LinesBeyond("Link: </b>; rel=preload, </a>; rel=preload\r\n", hinted), "");
  CHECK_EQ(LinesBeyond("Link: </a>; rel=preload\r\nLink: </c>; rel=preload\r\n", hinted), "Link: </c>; rel=preload\r\n");
  CHECK_EQ(LinesBeyond("Link: </a>; rel=preload, </c>; rel=preload\r\nX: y\r\n", hinted), "Link: </a>; rel=preload, </c>; rel=preload\r\nX: y\r\n");
}
