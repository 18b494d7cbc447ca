// Field lines: names, values, line ends (RFC 9112 5, RFC 9110 5).
#include <string>

#include "test/native/http/split_feeding.h"

namespace fastserve::http {

using namespace std::string_view_literals;

TEST("a field is recorded with its name, id and value") {
  const std::string input = Get("X-A: b: c:: d\r\naCCept-enCODING:gzip\r\n");
  RequestHead head;
  REQUIRE(Accepted(input, &head));
  REQUIRE(head.field_count == 3);
  CHECK_EQ(input.substr(head.fields[1].name_offset, head.fields[1].name_length), "X-A");
  CHECK_EQ(head.fields[1].name_id, 0);
  CHECK_EQ(ValueOf(input, head, 1), "b: c:: d");
  CHECK_EQ(head.fields[2].name_id, static_cast<uint8_t>(FieldId::kAcceptEncoding));
  CHECK_EQ(ValueOf(input, head, 2), "gzip");
  CHECK(head.Find(FieldId::kAcceptEncoding) == &head.fields[2]);
  CHECK(head.Find(FieldId::kCookie) == nullptr);
}

TEST("every known name is found in every case, near the end of the input and far from it") {
  for (size_t id = 1; id < static_cast<size_t>(FieldId::kCount); ++id) {
    const std::string lower(FieldName(static_cast<FieldId>(id)));
    std::string upper = lower;
    for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    for (const std::string& name : {lower, upper}) {
      for (const size_t padding : {0u, 60u}) {
        // HTTP/1.0: Host may be missing, Expect has no meaning. The special fields are tested on their own.
        if (id <= static_cast<size_t>(FieldId::kExpect)) continue;
        RequestHead head;
        const std::string input = "GET / HTTP/1.0\r\n" + name + ": v" + std::string(padding, 'v') + "\r\n\r\n";
        REQUIRE(ParseExactly(input, 0, {}, &head).status == ParseStatus::kDone);
        CHECK_EQ(head.fields[0].name_id, id);
      }
    }
  }
}

TEST("a name that differs from a known one in one byte is unknown") {
  for (size_t id = 1; id < static_cast<size_t>(FieldId::kCount); ++id) {
    const std::string known(FieldName(static_cast<FieldId>(id)));
    for (size_t at = 0; at < known.size(); ++at) {
      std::string name = known;
      name[at] = name[at] == '_' ? '-' : '_';
      RequestHead head;
      const std::string input = "GET / HTTP/1.0\r\n" + name + ": vvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvv\r\n\r\n";
      REQUIRE(ParseExactly(input, 0, {}, &head).status == ParseStatus::kDone);
      CHECK_EQ(head.fields[0].name_id, 0);
    }
  }
}

TEST("a known name is found with the input's end at any distance, and no name that has another byte in it") {
  for (size_t id = static_cast<size_t>(FieldId::kExpect) + 1; id < static_cast<size_t>(FieldId::kCount); ++id) {
    const std::string known(FieldName(static_cast<FieldId>(id)));
    for (size_t behind = 0; behind < 36; ++behind) {
      for (const bool changed : {false, true}) {
        std::string name = known;
        if (changed) name[behind % name.size()] ^= 0x02;
        RequestHead head;
        const std::string input = "GET / HTTP/1.0\r\n" + name + ":" + std::string(behind, 'v') + "\r\n\r\n";
        const bool done = ParseExactly(input, 0, {}, &head).status == ParseStatus::kDone;
        if (!changed) REQUIRE(done);
        if (done) CHECK_EQ(head.fields[0].name_id, changed ? 0 : id);
        if (done) CHECK_EQ(head.fields[0].value_length, behind);
      }
    }
  }
}

TEST("a byte that a case fold with OR would take for a letter or hyphen is refused in a name") {
  // 0x0D | 0x20 is "-", 0x14 | 0x60 is "t": neither may pass for the real name.
  const std::string tail = ": 5\r\nX-Filler: a long line behind it, for the wide comparison\r\n";
  for (const auto name : {"content\rlength"sv, "con\x14" "ent-length"sv, "[ost"sv, "HOS\x74\x00"sv, "@ost"sv}) {
    CHECK(Refused(Get(std::string(name) + tail), HttpError::kBadField));
  }
}

TEST("spaces and tabs around a value are not part of it, other bytes are") {
  const std::string input = Get("X-A: \t  a b \t \r\nX-B:b\r\nX-C: \xa0" "a\x85\r\nX-D:\r\nX-E:  \t \r\nX-F:\tv\r\n");
  RequestHead head;
  REQUIRE(Accepted(input, &head));
  CHECK_EQ(ValueOf(input, head, 1), "a b");
  CHECK_EQ(ValueOf(input, head, 2), "b");
  CHECK_EQ(ValueOf(input, head, 3), "\xa0" "a\x85");
  CHECK_EQ(ValueOf(input, head, 4), "");
  CHECK_EQ(ValueOf(input, head, 5), "");
  CHECK_EQ(ValueOf(input, head, 6), "v");
}

TEST("a name may hold every token byte and no other") {
  CHECK(Accepted(Get("x!#$%&'*+-.^_`|~0: v\r\n")));
  const std::string token = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    if (c == ':' || token.find(c) != std::string::npos) continue;
    CHECK(Refused(Get("X-" + std::string(1, c) + "A: v\r\n"), HttpError::kBadField));
    const std::string behind = c == '\r' ? "" : "X: y\r\n";
    CHECK(Refused(Get(std::string(1, c) + "X-A: v\r\n" + behind), HttpError::kBadField));
  }
}

TEST("a value may hold HTAB, SP, visible and obs-text bytes and no other") {
  for (int byte = 0; byte < 256; ++byte) {
    const std::string input = Get("X-A: b" + std::string(1, static_cast<char>(byte)) + "c\r\n");
    const bool allowed = byte == '\t' || (byte >= ' ' && byte != 0x7F);
    CHECK(allowed ? Accepted(input) : Refused(input, HttpError::kBadField));
  }
}

TEST("a forbidden byte is found at every offset of a long value") {
  for (size_t offset = 0; offset < 70; ++offset) {
    for (const char bad : {'\0', '\x1f', '\x7f', '\n', '\r'}) {
      std::string value(80, 'a');
      value[offset] = bad;
      RequestHead head;
      CHECK_EQ(ParseExactly(Get("X-A: " + value + "\r\n"), 0, {}, &head).error, HttpError::kBadField);
    }
  }
}

TEST("white space before the colon, before the first field and folding are refused") {
  for (const auto lines : {"X-A : b\r\n"sv, "X-A\t: b\r\n"sv, "X-A: b\r\n c\r\n"sv, "X-A: b\r\n\tc\r\n"sv,
                           "X-A: b\r\n \r\nX-C: d\r\n"sv, "Content-Length:\r\n 5\r\n"sv,
                           "X-A: b\r\n Content-Length: 5\r\n"sv, "Transfer-Encoding:\r\n chunked\r\n"sv,
                           "Content-Length : 5\r\n"sv, "Transfer-Encoding\t: chunked\r\n"sv,
                           "Transfer-Encoding\x0b: chunked\r\n"sv, "Expect:\r\n 100-continue\r\n"sv}) {
    CHECK(Refused(Get(lines), HttpError::kBadField));
  }
  CHECK(Refused("GET / HTTP/1.1\r\n X-First: 1\r\nHost: a\r\n\r\n", HttpError::kBadField));
  CHECK(Refused("GET / HTTP/1.1\r\nHost:\r\n a\r\n\r\n", HttpError::kBadField));
}

TEST("a line without a colon or without a name is refused") {
  for (const auto lines : {"garbage\r\n"sv, "XnoColon 10\r\n"sv, ": v\r\n"sv, ":\r\n"sv, "Content-Length 5\r\n"sv}) {
    CHECK(Refused(Get(lines), HttpError::kBadField));
  }
}

TEST("bare CR and bare LF are refused wherever they stand") {
  for (const auto lines : {"X-A: b\rX-Smuggled: 1\r\n"sv, "X-A: b\nX-B: c\r\n"sv,
                           "X-A: b\nTransfer-Encoding: chunked\r\n"sv, "X-A: b\rContent-Length: 5\r\n"sv,
                           "\nTransfer-Encoding: chunked\r\n"sv, "X-A: b\r\r\n"sv, "\rZX-A: b\r\n"sv, "X-A: b\n"sv,
                           "X\rA: b\r\n"sv, "X\nA: b\r\n"sv}) {
    CHECK(Refused(Get(lines), HttpError::kBadField));
  }
  CHECK(Refused("GET / HTTP/1.1\r\nHost: a\r\n\n", HttpError::kBadField));
  CHECK(Refused("GET / HTTP/1.1\r\nHost: a\r\n\rX", HttpError::kBadField));
  CHECK(Refused("GET / HTTP/1.1\r\nHost: a\n\n", HttpError::kBadField));
}

TEST("a value cut by NUL never reaches the application") {
  CHECK(Refused(Get("X-A: good\0evil\r\n"sv), HttpError::kBadField));
  CHECK(Refused("GET / HTTP/1.1\r\nHost: localhost\0.evil.example\r\n\r\n"sv, HttpError::kBadField));
}

TEST("repeated and unparsable fields that do not frame the message are kept as they are") {
  CHECK(Accepted(Get("Content-Type: text/plain\r\nContent-Type: text/html\r\n")));
  CHECK(Accepted(Get("Accept: ;;;q=,,/\r\nAccept-Encoding: ,,;q=2\r\nAccept-Language: \xff\r\n")));
}

TEST("bytes behind the empty line belong to what follows") {
  const std::string head_bytes = Get("X-A: b\r\n");
  RequestHead head;
  REQUIRE(Accepted(head_bytes + "GET /next HTTP/1.1\r\n", &head));
  CHECK_EQ(head.head_length, head_bytes.size());
  REQUIRE(Accepted(head_bytes + "\x01\n\r", &head));
  CHECK_EQ(head.head_length, head_bytes.size());
}

}  // namespace fastserve::http
