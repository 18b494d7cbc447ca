// Several ranges of a file as multipart/byteranges (RFC 9110 14.6), at the level of one StaticHandler.
#include "test/native/files/site.h"
#include "test/native/testing.h"

using namespace fastserve;
using namespace fastserve::files;
using http::FieldId;
using http::Method;
using Kind = FileAnswer::Kind;

namespace {

Reply GetRanges(RangeSite& site, const std::string& path, const std::string& ranges) {
  return site.Get(path, {{FieldId::kRange, "bytes=" + ranges}});
}

// The boundary that Content-Type names.
std::string Boundary(const Reply& reply) {
  constexpr std::string_view kStart = "multipart/byteranges; boundary=";
  const std::string type = reply.Field("Content-Type");
  REQUIRE(type.starts_with(kStart));
  return type.substr(kStart.size());
}

std::string Part(const std::string& boundary, const std::string& range, std::string_view bytes) {
  return "--" + boundary + "\r\nContent-Type: application/octet-stream\r\nContent-Range: bytes " + range + "\r\n\r\n" +
         std::string(bytes) + "\r\n";
}

}  // namespace

TEST("files: several ranges are parts with a head each, from memory and from a descriptor") {
  RangeSite site;
  for (const auto& [path, size] : {std::pair{"/static/range.bin", "1000"}, std::pair{"/static/large.bin", "20000"}}) {
    const Reply reply = GetRanges(site, path, "0-9,100-199,-10");
    const std::string boundary = Boundary(reply);
    const std::string content = site.digits.substr(0, std::stoul(size));
    CHECK_EQ(reply.kind, Kind::kParts);
    CHECK_EQ(reply.status, 206);
    const std::string total = std::string("/") + size;
    const size_t last = content.size() - 10;
    CHECK_EQ(reply.body,
             Part(boundary, "0-9" + total, content.substr(0, 10)) +
                 Part(boundary, "100-199" + total, content.substr(100, 100)) +
                 Part(boundary, std::to_string(last) + "-" + std::to_string(last + 9) + total, content.substr(last)) +
                 "--" + boundary + "--\r\n");
    CHECK_EQ(reply.length, reply.body.size());
  }
}

TEST("files: the fields of a multipart answer are those of the file but for type and range") {
  RangeSite site;
  const Reply whole = site.Get("/static/range.bin");
  const Reply reply = GetRanges(site, "/static/range.bin", "0-1,5-6");
  for (const char* name : {"ETag", "Last-Modified", "Accept-Ranges", "X-Content-Type-Options"}) {
    CHECK_EQ(reply.Field(name), whole.Field(name));
  }
  CHECK_EQ(reply.Field("Content-Range"), "");
  CHECK_EQ(reply.fields.find("\r\nContent-Type:"), std::string::npos);
}

TEST("files: every multipart answer has a boundary of its own") {
  RangeSite site;
  const std::string one = Boundary(GetRanges(site, "/static/range.bin", "0-1,5-6"));
  const std::string two = Boundary(GetRanges(site, "/static/range.bin", "0-1,5-6"));
  CHECK(one != two);
  CHECK_EQ(one.size(), 32u);
  CHECK_EQ(one.find_first_not_of("0123456789abcdef"), std::string::npos);
}

TEST("files: ranges that become one are a plain 206") {
  RangeSite site;
  for (const char* ranges : {"0-4,5-9", "0-9,2-3", "0-9,1000-", "0-9,0-9,0-9"}) {
    const Reply reply = GetRanges(site, "/static/range.bin", ranges);
    CHECK_EQ(reply.kind, Kind::kMemory);
    CHECK_EQ(reply.status, 206);
    CHECK_EQ(reply.Field("Content-Range"), "bytes 0-9/1000");
    CHECK_EQ(reply.body, site.digits.substr(0, 10));
  }
}

TEST("files: a set behind the end is 416 with the size") {
  RangeSite site;
  const Reply reply = GetRanges(site, "/static/range.bin", "1000-,2000-3000");
  CHECK_EQ(reply.status, 416);
  CHECK_EQ(reply.fields, "Content-Range: bytes */1000\r\n");
}

TEST("files: too many ranges, or more bytes than there are, are the whole") {
  RangeSite site;
  std::string many = "0-0";
  for (int i = 1; i <= 16; ++i) many += "," + std::to_string(10 * i) + "-" + std::to_string(10 * i);
  for (const std::string& ranges : {many, std::string("0-,0-,0-"), std::string("0-999,0-0")}) {
    const Reply reply = GetRanges(site, "/static/range.bin", ranges);
    CHECK_EQ(reply.status, 200);
    CHECK_EQ(reply.length, 1000u);
  }
}

TEST("files: a HEAD request has no ranges") {
  RangeSite site;
  const Reply reply = site.Ask(Method::kHead, "/static/range.bin", {{FieldId::kRange, "bytes=0-1,5-6"}});
  CHECK_EQ(reply.status, 200);
  CHECK_EQ(reply.length, 1000u);
}

TEST("files: ranges reach the end of a file of ten gibibytes") {
  RangeSite site;
  constexpr uint64_t kSize = uint64_t{10} << 30;
  site.Write("sparse.bin", "begin");
  REQUIRE(::truncate(site.At("sparse.bin").c_str(), static_cast<off_t>(kSize)) == 0);
  const base::UniqueFd fd(::open(site.At("sparse.bin").c_str(), O_WRONLY | O_CLOEXEC));
  REQUIRE(::pwrite(fd.get(), "end", 3, static_cast<off_t>(kSize - 3)) == 3);
  site.now_ms += 1000;
  const Reply reply = GetRanges(site, "/static/sparse.bin", "0-4,-3");
  CHECK(reply.body.find("bytes 0-4/10737418240\r\n\r\nbegin\r\n") != std::string::npos);
  CHECK(reply.body.find("bytes 10737418237-10737418239/10737418240\r\n\r\nend\r\n") != std::string::npos);
}
