// Request records, decoded back by a reader that knows only the layout.
#include "native/queue/record_writer.h"

#include <algorithm>
#include <arpa/inet.h>
#include <netinet/in.h>

#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "native/http/request/request_parser.h"
#include "test/native/testing.h"

using namespace fastserve;
using namespace fastserve::queue;

namespace {

// A record in memory as a worker finds it.
class Reader {
 public:
  Reader(const RequestParts& parts, uint32_t token, std::string_view body)
      : memory_((Align(RecordHeadSize(parts) + static_cast<uint32_t>(body.size())) + 7) / 8) {
    auto* out = reinterpret_cast<uint8_t*>(memory_.data());
    length_ = WriteRecord(parts, token, static_cast<uint32_t>(body.size()), body.size(), out);
    std::memcpy(&record, out, sizeof record);
    std::memcpy(out + record.body_offset, body.data(), body.size());
  }
  uint32_t length() const { return length_; }
  std::string FromHead(uint32_t offset, uint32_t size) const { return Bytes(record.head_offset + offset, size); }
  std::string Body() const { return Bytes(record.body_offset, static_cast<uint32_t>(record.body_length)); }
  http::Field FieldAt(uint32_t index) const {
    http::Field field;
    std::memcpy(&field, bytes() + sizeof record + index * sizeof field, sizeof field);
    return field;
  }
  std::string Param(uint32_t index) const {
    RecordParam param;
    std::memcpy(&param, bytes() + sizeof record + record.field_count * sizeof(http::Field) + index * sizeof param,
                sizeof param);
    return FromHead(param.offset, param.length);
  }

  RequestRecord record;

 private:
  const char* bytes() const { return reinterpret_cast<const char*>(memory_.data()); }
  std::string Bytes(uint32_t offset, uint32_t size) const {
    if (offset + size > length_) return "(beyond the record)";
    return {bytes() + offset, size};
  }
  std::vector<uint64_t> memory_;
  uint32_t length_ = 0;
};

constexpr std::string_view kHead =
    "POST /a%2Db/7/?q=1 HTTP/1.1\r\nHost: example.test:81\r\nX-One: first\r\nContent-Length: 5\r\n\r\n";

struct Parsed {
  explicit Parsed(std::string_view text) {
    ok = http::ParseRequestHead(text, 0, http::HeadLimits{}, &head).status == http::ParseStatus::kDone;
    parts.head = &head;
    parts.head_bytes = text.substr(0, head.head_length);
    parts.peer = &peer;
  }
  bool ok;
  http::RequestHead head;
  PeerAddress peer;
  RequestParts parts;
};

}  // namespace

TEST("a record says method, target, raw path, query and authority by offsets into its head") {
  Parsed parsed(kHead);
  REQUIRE(parsed.ok);
  parsed.parts.route = 12;
  parsed.parts.flags = kFlagTls;
  Reader reader(parsed.parts, 0xABC00123u, "hello");
  const RequestRecord& r = reader.record;
  CHECK_EQ(r.token, 0xABC00123u);
  CHECK_EQ(r.flags, kFlagTls);
  CHECK_EQ(r.route, uint16_t{12});
  CHECK_EQ(r.method, static_cast<uint8_t>(http::Method::kPost));
  CHECK_EQ(reader.FromHead(0, r.method_length), std::string("POST"));
  CHECK_EQ(reader.FromHead(r.target_offset, r.target_length), std::string("/a%2Db/7/?q=1"));
  CHECK_EQ(reader.FromHead(r.path_offset, r.path_length), std::string("/a%2Db/7/"));
  CHECK_EQ(reader.FromHead(r.query_offset, r.query_length), std::string("q=1"));
  CHECK_EQ(reader.FromHead(r.authority_offset, r.authority_length), std::string("example.test:81"));
  CHECK_EQ(reader.Body(), std::string("hello"));
}

TEST("a record's length is whole, and what it returns is what it holds (Q2)") {
  Parsed parsed(kHead);
  for (size_t body = 0; body < 24; ++body) {
    Reader reader(parsed.parts, 1, std::string(body, 'b'));
    CHECK_EQ(reader.record.length, reader.length());
    CHECK_EQ(reader.length() % kAlignment, 0u);
    CHECK_EQ(reader.length(), Align(RecordHeadSize(parsed.parts) + static_cast<uint32_t>(body)));
    CHECK_EQ(reader.Body(), std::string(body, 'b'));
  }
}

TEST("the field table has every field with its id, in order") {
  Parsed parsed(kHead);
  Reader reader(parsed.parts, 1, "");
  REQUIRE(reader.record.field_count == 3);
  const http::Field host = reader.FieldAt(0);
  const http::Field one = reader.FieldAt(1);
  CHECK_EQ(host.name_id, static_cast<uint8_t>(http::FieldId::kHost));
  CHECK_EQ(reader.FromHead(host.value_offset, host.value_length), std::string("example.test:81"));
  CHECK_EQ(one.name_id, static_cast<uint8_t>(http::FieldId::kUnknown));
  CHECK_EQ(reader.FromHead(one.name_offset, one.name_length), std::string("X-One"));
  CHECK_EQ(reader.FromHead(one.value_offset, one.value_length), std::string("first"));
}

TEST("a path that was normalised stands behind the head, the raw one stays in the target") {
  Parsed parsed(kHead);
  parsed.parts.normalized_path = "/a-b/7/";
  Reader reader(parsed.parts, 1, "body");
  const RequestRecord& r = reader.record;
  CHECK_EQ(reader.FromHead(r.path_offset, r.path_length), std::string("/a-b/7/"));
  CHECK_EQ(uint32_t{r.path_offset}, parsed.head.head_length);
  CHECK_EQ(reader.FromHead(r.target_offset, r.target_length), std::string("/a%2Db/7/?q=1"));
  CHECK_EQ(reader.Body(), std::string("body"));
}

TEST("parameters are rebased from the path to the head, for a raw and for a normalised path") {
  Parsed parsed(kHead);
  const RecordParam in_raw[] = {{1, 5}, {7, 1}};
  parsed.parts.params = in_raw;
  parsed.parts.param_count = 2;
  Reader raw(parsed.parts, 1, "");
  CHECK_EQ(raw.Param(0), std::string("a%2Db"));
  CHECK_EQ(raw.Param(1), std::string("7"));
  const RecordParam in_normal[] = {{1, 3}, {5, 1}};
  parsed.parts.params = in_normal;
  parsed.parts.normalized_path = "/a-b/7/";
  Reader normal(parsed.parts, 1, "");
  CHECK_EQ(normal.Param(0), std::string("a-b"));
  CHECK_EQ(normal.Param(1), std::string("7"));
}

TEST("the largest head that limits allow, with its path repeated behind it, keeps its offsets in 16 bits") {
  http::HeadLimits limits;
  limits.request_line = 16384;
  limits.head = http::kMaxHeadBytes;
  const std::string path = "/" + std::string(16384 - 16, 'p');
  std::string text = "GET " + path + " HTTP/1.1\r\nHost: h\r\nX: ";
  text += std::string(http::kMaxHeadBytes - text.size() - 4, 'v') + "\r\n\r\n";
  Parsed parsed("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  REQUIRE(http::ParseRequestHead(text, 0, limits, &parsed.head).status == http::ParseStatus::kDone);
  parsed.parts.head_bytes = text;
  parsed.parts.normalized_path = path;
  Reader reader(parsed.parts, 1, "");
  CHECK_EQ(reader.FromHead(reader.record.path_offset, reader.record.path_length), path);
}

TEST("the largest record with the largest inline body takes at most half of a ring, which Reserve asks for") {
  CHECK(Align(kMaxRecordHeadBytes + std::max(kInlineBodyBytes, kWholeBodyBytes)) <= kRequestRingBytes / 2);
}

TEST("the peer's address and port are copied for IPv4, IPv6 and none") {
  sockaddr_storage address{};
  auto& v4 = reinterpret_cast<sockaddr_in&>(address);
  v4.sin_family = AF_INET;
  v4.sin_port = htons(8080);
  inet_pton(AF_INET, "192.0.2.7", &v4.sin_addr);
  Parsed parsed(kHead);
  parsed.peer = FromSocketAddress(address);
  Reader reader(parsed.parts, 1, "");
  CHECK_EQ(reader.record.peer_family, uint8_t{4});
  CHECK_EQ(reader.record.peer_port, uint16_t{8080});
  CHECK_EQ(reader.record.peer_address[0], uint8_t{192});
  CHECK_EQ(reader.record.peer_address[3], uint8_t{7});

  address = {};
  auto& v6 = reinterpret_cast<sockaddr_in6&>(address);
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(443);
  inet_pton(AF_INET6, "2001:db8::9", &v6.sin6_addr);
  const PeerAddress six = FromSocketAddress(address);
  CHECK_EQ(six.family, uint8_t{6});
  CHECK_EQ(six.port, uint16_t{443});
  CHECK_EQ(six.address[15], uint8_t{9});

  address = {};
  address.ss_family = AF_UNIX;
  CHECK_EQ(FromSocketAddress(address).family, uint8_t{0});
}

namespace {

// The bytes of a record with content, as they are written.
std::vector<uint8_t> Written() {
  Parsed parsed(kHead);
  constexpr uint32_t kContentBytes = 16;
  std::vector<uint8_t> bytes(Align(RecordHeadSize(parsed.parts) + kContentBytes));
  WriteRecord(parsed.parts, 7, kContentBytes, kContentBytes, bytes.data());
  return bytes;
}

RequestRecord HeadOf(const std::vector<uint8_t>& bytes) {
  RequestRecord record;
  std::memcpy(&record, bytes.data(), sizeof record);
  return record;
}

}  // namespace

TEST("a record that nobody has touched is restored as it was written") {
  const std::vector<uint8_t> written = Written();
  std::vector<uint8_t> bytes = written;
  CHECK(RestoreRecord(7, false, bytes));
  CHECK(bytes == written);
}

TEST("length, token and what is known of the content are put right in a record that was overwritten") {
  std::vector<uint8_t> bytes = Written();
  RequestRecord record = HeadOf(bytes);
  record.length = 0xfffffff8;
  record.token = 99;
  record.flags |= kFlagCancelled | kFlagBodyStream;
  std::memcpy(bytes.data(), &record, sizeof record);
  CHECK(RestoreRecord(7, false, bytes));
  CHECK(bytes == Written());
  CHECK(RestoreRecord(7, true, bytes));
  CHECK_EQ(HeadOf(bytes).flags & kFlagBodyStream, kFlagBodyStream);
}

TEST("a record whose numbers lead out of it is refused") {
  const auto refuses = [](auto&& change) {
    std::vector<uint8_t> bytes = Written();
    RequestRecord record = HeadOf(bytes);
    change(record);
    std::memcpy(bytes.data(), &record, sizeof record);
    return !RestoreRecord(7, false, bytes);
  };
  CHECK(refuses([](RequestRecord& r) { r.head_offset = 71; }));
  CHECK(refuses([](RequestRecord& r) { r.head_offset = 100000; }));
  CHECK(refuses([](RequestRecord& r) { r.body_offset = 100000; }));
  CHECK(refuses([](RequestRecord& r) { r.body_length = 17 + kAlignment; }));
  CHECK(refuses([](RequestRecord& r) { r.body_length = ~uint64_t{0}; }));
  CHECK(refuses([](RequestRecord& r) { r.field_count = 1000; }));
  CHECK(refuses([](RequestRecord& r) { r.target_length = 60000; }));
  CHECK(refuses([](RequestRecord& r) { r.path_offset = 60000; }));
  CHECK(refuses([](RequestRecord& r) { r.flags = static_cast<uint32_t>(RequestKind::kCredit); }));
  std::vector<uint8_t> bytes = Written();
  const http::Field wild{60000, 1, 0, 0, 0};
  std::memcpy(bytes.data() + sizeof(RequestRecord), &wild, sizeof wild);
  CHECK(!RestoreRecord(7, false, bytes));
  std::vector<uint8_t> nothing(8);
  CHECK(!RestoreRecord(7, false, nothing));
}
