#include "native/compress/answer_facts.h"

#include "native/compress/dynamic_policy.h"
#include "test/native/testing.h"

using namespace fastserve;

namespace {

compress::DynamicPolicy TextPolicy() {
  compress::DynamicPolicy dynamic;
  dynamic.policy.codings = {http::Coding::kGzip};
  dynamic.policy.types = {"text/*"};
  dynamic.policy.min_bytes = 100;
  return dynamic;
}

bool MayCode(std::string_view fields, uint16_t status = 200, int64_t length = 1000) {
  return TextPolicy().MayCode(status, compress::ReadAnswerFacts(fields), length);
}

}  // namespace

TEST("what may be coded is content of a type that shrinks, of a size that is worth it") {
  CHECK(MayCode("Content-Type: text/html; charset=utf-8\r\n"));
  CHECK(MayCode("content-type:TEXT/plain\r\n", 404, -1));
  CHECK(!MayCode("Content-Type: image/png\r\n"));
  CHECK(!MayCode("X-A: b\r\n"));
  CHECK(!MayCode("Content-Type: text/html\r\n", 200, 99));
  CHECK(!MayCode("Content-Type: text/event-stream\r\n"));
}

TEST("answers without content, parts, and contents that must stay are not coded") {
  for (const uint16_t status : {101, 204, 205, 206, 304}) CHECK(!MayCode("Content-Type: text/html\r\n", status));
  CHECK(!MayCode("Content-Type: text/html\r\nContent-Encoding: identity\r\n"));
  CHECK(!MayCode("Content-Type: text/html\r\nCache-Control: max-age=1, No-Transform\r\n"));
  CHECK(!MayCode("Content-Type: text/html\r\nContent-Digest: sha-256=:AA==:\r\n"));
  CHECK(!MayCode("Content-Type: text/html\r\nContent-Range: bytes 0-1/2\r\n"));
}

TEST("a coded answer says how, weakens a strong tag, and varies") {
  constexpr std::string_view kFields = "ETag:  \"a\"\r\nVary: Cookie\r\n";
  std::string out;
  compress::AppendCoded(kFields, compress::ReadAnswerFacts(kFields), http::Coding::kBrotli, &out);
  CHECK_EQ(out, "ETag:  W/\"a\"\r\nVary: Cookie\r\nVary: Accept-Encoding\r\nContent-Encoding: br\r\n");
}

TEST("a weak tag and a Vary that says it already stay") {
  for (const std::string_view fields : {"ETag: W/\"a\"\r\nVary: x, ACCEPT-encoding\r\n", "Vary: *\r\n"}) {
    std::string out;
    compress::AppendCoded(fields, compress::ReadAnswerFacts(fields), http::Coding::kGzip, &out);
    CHECK_EQ(out, std::string(fields) + "Content-Encoding: gzip\r\n");
  }
}
