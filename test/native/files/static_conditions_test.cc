// Conditional and range requests for files (RFC 9110 13 and 14), at the level of one StaticHandler.
#include "test/native/files/site.h"
#include "test/native/testing.h"

using namespace fastserve;
using namespace fastserve::files;
using http::FieldId;
using http::Method;
using Kind = FileAnswer::Kind;

namespace {

constexpr char kOlder[] = "Mon, 01 Jan 2024 00:00:00 GMT";

}  // namespace

TEST("files: a matching If-None-Match is 304 with the validators and nothing of the content") {
  RangeSite site;
  const Reply whole = site.Get("/static/range.bin");
  const std::string etag = whole.Field("ETag");
  for (const Method method : {Method::kGet, Method::kHead}) {
    for (const std::string& tag : {etag, "W/" + etag, std::string("*"), "\"x\", " + etag}) {
      const Reply reply = site.Ask(method, "/static/range.bin", {{FieldId::kIfNoneMatch, tag}});
      CHECK_EQ(reply.kind, Kind::kStatus);
      CHECK_EQ(reply.status, 304);
      CHECK_EQ(reply.Field("ETag"), etag);
      CHECK_EQ(reply.Field("Last-Modified"), kModifiedText);
      CHECK_EQ(reply.Field("Content-Type"), "");
    }
  }
}

TEST("files: another tag gets the whole file") {
  RangeSite site;
  const Reply reply = site.Get("/static/range.bin",
                               {{FieldId::kIfNoneMatch, "\"nope\""}, {FieldId::kIfModifiedSince, kModifiedText}});
  CHECK_EQ(reply.status, 200);
  CHECK_EQ(reply.length, 1000u);
}

TEST("files: If-Modified-Since is compared with the file's time") {
  RangeSite site;
  CHECK_EQ(site.Get("/static/range.bin", {{FieldId::kIfModifiedSince, kModifiedText}}).status, 304);
  CHECK_EQ(site.Get("/static/range.bin", {{FieldId::kIfModifiedSince, kOlder}}).status, 200);
  CHECK_EQ(site.Get("/static/range.bin", {{FieldId::kIfModifiedSince, "yesterday"}}).status, 200);
}

TEST("files: a failed If-Match or If-Unmodified-Since is 412 without fields of the file") {
  RangeSite site;
  const std::string etag = site.Get("/static/range.bin").Field("ETag");
  CHECK_EQ(site.Get("/static/range.bin", {{FieldId::kIfMatch, etag}}).status, 200);
  const TestRequest::Fields failing[] = {{{FieldId::kIfMatch, "\"nope\""}},
                                         {{FieldId::kIfMatch, "W/" + etag}},
                                         {{FieldId::kIfUnmodifiedSince, kOlder}},
                                         {{FieldId::kIfMatch, "\"nope\""}, {FieldId::kRange, "bytes=0-9"}}};
  for (const auto& fields : failing) {
    const Reply reply = site.Get("/static/range.bin", fields);
    CHECK_EQ(reply.kind, Kind::kStatus);
    CHECK_EQ(reply.status, 412);
    CHECK_EQ(reply.fields, "");
  }
}

TEST("files: one range is 206 with Content-Range and the file's fields, from memory and from a descriptor") {
  RangeSite site;
  const struct { const char* name; const char* total; } files[] = {{"range.bin", "1000"}, {"large.bin", "20000"}};
  for (const auto& file : files) {
    const std::string path = std::string("/static/") + file.name;
    const std::string whole = site.Get(path).fields;
    const Reply reply = site.Get(path, {{FieldId::kRange, "bytes=100-199"}});
    CHECK_EQ(reply.status, 206);
    CHECK_EQ(reply.length, 100u);
    CHECK(reply.body == site.digits.substr(100, 100));
    CHECK_EQ(reply.fields, std::string("Content-Range: bytes 100-199/") + file.total + "\r\n" + whole);
  }
}

TEST("files: open and suffix ranges reach the last byte") {
  RangeSite site;
  const struct { const char* range; const char* content_range; size_t first; } cases[] = {
      {"bytes=990-", "bytes 990-999/1000", 990},       {"bytes=-10", "bytes 990-999/1000", 990},
      {"bytes=-2000", "bytes 0-999/1000", 0},          {"bytes=999-999", "bytes 999-999/1000", 999},
      {"bytes=990-99999", "bytes 990-999/1000", 990},
  };
  for (const auto& c : cases) {
    const Reply reply = site.Get("/static/range.bin", {{FieldId::kRange, c.range}});
    CHECK_EQ(reply.Field("Content-Range"), c.content_range);
    CHECK(reply.body == site.digits.substr(c.first, 1000 - c.first));
  }
}

TEST("files: a range beyond the file is 416 with its size and no Content-Type") {
  RangeSite site;
  for (const char* range : {"bytes=1000-", "bytes=5000-6000", "bytes=-0", "bytes=9223372036854775807-"}) {
    const Reply reply = site.Get("/static/range.bin", {{FieldId::kRange, range}});
    CHECK_EQ(reply.kind, Kind::kStatus);
    CHECK_EQ(reply.status, 416);
    CHECK_EQ(reply.fields, "Content-Range: bytes */1000\r\n");
  }
}

TEST("files: an invalid range and one of another unit are ignored") {
  RangeSite site;
  for (const char* range : {"bytes=5-2", "bytes=abc", "octets=0-1", "bytes 0-1", ""}) {
    const Reply reply = site.Get("/static/range.bin", {{FieldId::kRange, range}});
    CHECK_EQ(reply.status, 200);
    CHECK_EQ(reply.length, 1000u);
  }
}

TEST("files: ranges reach beyond 4 GiB") {
  Site site;
  site.Write("sparse.bin", "");
  REQUIRE(::truncate(site.At("sparse.bin").c_str(), 5ll << 30) == 0);
  const Reply reply = site.Get("/static/sparse.bin", {{FieldId::kRange, "bytes=5368709110-"}});
  CHECK_EQ(reply.Field("Content-Range"), "bytes 5368709110-5368709119/5368709120");
  CHECK_EQ(reply.body, std::string(10, '\0'));
}

TEST("files: If-Range honours the range for the current strong tag only") {
  RangeSite site;
  const std::string etag = site.Get("/static/range.bin").Field("ETag");
  const auto status = [&](const std::string& value) {
    return site.Get("/static/range.bin", {{FieldId::kRange, "bytes=0-9"}, {FieldId::kIfRange, value}}).status;
  };
  CHECK_EQ(status(etag), 206);
  CHECK_EQ(status("\"other\""), 200);
  CHECK_EQ(status("W/" + etag), 200);
  CHECK_EQ(status(kOlder), 200);
}

TEST("files: If-Range without Range changes nothing") {
  RangeSite site;
  CHECK_EQ(site.Get("/static/range.bin", {{FieldId::kIfRange, "\"other\""}}).status, 200);
}
