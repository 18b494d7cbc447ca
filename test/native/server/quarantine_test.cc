#include "native/server/dispatch/quarantine.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "native/http/request/request_parser.h"
#include "native/queue/record_writer.h"
#include "test/native/testing.h"

namespace fastserve::server {

namespace {

// A record of this request, as a ring holds it.
class Record {
 public:
  explicit Record(std::string_view request, std::string_view content = {}) : bytes_(queue::kMaxRecordHeadBytes + content.size() + queue::kAlignment) {
    http::RequestHead head;
    const http::HeadLimits limits{http::kMaxHeadBytes, http::kMaxHeadBytes, http::kMaxFields};
    CHECK(http::ParseRequestHead(request, 0, limits, &head).status == http::ParseStatus::kDone);
    const queue::PeerAddress peer;
    queue::RequestParts parts{&head, request, {}, nullptr, 0, 0, 0, &peer};
    const auto size = static_cast<uint32_t>(content.size());
    queue::WriteRecord(parts, 7, size, size, bytes_.data());
    std::copy(content.begin(), content.end(), bytes_.begin() + record().body_offset);
  }
  const queue::RequestRecord& record() const { return *reinterpret_cast<const queue::RequestRecord*>(bytes_.data()); }
  std::span<const uint8_t> bytes() const { return {bytes_.data(), record().length}; }

 private:
  std::vector<uint8_t> bytes_;
};

uint64_t Of(const Quarantine& quarantine, std::string_view request, std::string_view content = {}) {
  return quarantine.FingerprintOf(Record(request, content).bytes());
}

}  // namespace

TEST("quarantine: the same request has one fingerprint whatever its fields") {
  const Quarantine quarantine;
  const uint64_t plain = Of(quarantine, "GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK_EQ(plain, Of(quarantine, "GET /a HTTP/1.1\r\nHost: x\r\nCookie: b\r\n\r\n"));
  CHECK(plain != Of(quarantine, "PUT /a HTTP/1.1\r\nHost: x\r\n\r\n"));
  CHECK(plain != Of(quarantine, "GET /b HTTP/1.1\r\nHost: x\r\n\r\n"));
  CHECK(plain != Of(quarantine, "GET /a HTTP/1.1\r\nHost: y\r\n\r\n"));
  const std::string_view post = "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n";
  CHECK(Of(quarantine, post, "1") != Of(quarantine, post, "2"));
}

TEST("quarantine: refuses what was alone in two workers that died") {
  Quarantine quarantine;
  CHECK(!quarantine.suspects_any());
  CHECK(!quarantine.Strike(5, Quarantine::kStrikesAlone, 0, 1000));
  CHECK(!quarantine.Refuses(5, 1));
  CHECK(quarantine.Strike(5, Quarantine::kStrikesAlone, 10, 1000));
  CHECK(quarantine.Refuses(5, 11));
  CHECK(!quarantine.Refuses(6, 11));
}

TEST("quarantine: forgets after its time") {
  Quarantine quarantine;
  quarantine.Strike(5, Quarantine::kStrikesRefused, 0, 1000);
  CHECK(quarantine.Refuses(5, 999));
  CHECK(!quarantine.Refuses(5, 1000));
  CHECK(!quarantine.suspects_any());
}

TEST("quarantine: an answer takes all strikes back") {
  Quarantine quarantine;
  for (int i = 0; i < 3; ++i) quarantine.Strike(5, Quarantine::kStrikesInCompany, i, 1000);
  quarantine.Absolve(5);
  CHECK(!quarantine.suspects_any());
  CHECK(!quarantine.Strike(5, Quarantine::kStrikesInCompany, 10, 1000));
}

TEST("quarantine: is bounded") {
  Quarantine quarantine;
  for (uint64_t i = 1; i <= Quarantine::kMostSuspects + 10; ++i) {
    quarantine.Strike(i, Quarantine::kStrikesRefused, static_cast<int64_t>(i / 8), 1000);
  }
  CHECK(!quarantine.Refuses(1, 130));
  CHECK(quarantine.Refuses(Quarantine::kMostSuspects + 10, 130));
}

TEST("quarantine: of no time refuses nothing") {
  Quarantine quarantine;
  CHECK(!quarantine.Strike(5, Quarantine::kStrikesRefused, 0, 0));
  CHECK(!quarantine.suspects_any());
}

}  // namespace fastserve::server
