// Precompressed siblings: which coding is sent, its fields, and when a sibling counts.
#include "test/native/files/site.h"
#include "test/native/testing.h"

using namespace fastserve;
using namespace fastserve::files;
using http::Coding;
using http::FieldId;
using http::Method;
using Kind = FileAnswer::Kind;

namespace {

// "a.js" with all three siblings, none older than it.
struct CodedSite : Site {
  CodedSite() {
    mount.precompressed = {Coding::kBrotli, Coding::kZstd, Coding::kGzip};
    for (const char* name : {"a.js", "a.js.br", "a.js.zst", "a.js.gz"}) {
      Write(name, name);
      SetModified(name, kModified);
    }
  }
  Reply Accepting(const std::string& codings, TestRequest::Fields fields = {}, const std::string& path = "/static/a.js") {
    fields.push_back({FieldId::kAcceptEncoding, codings});
    return Get(path, fields);
  }
};

}  // namespace

TEST("precompressed: the coding that the client prefers is sent with the type of the source") {
  CodedSite site;
  const Reply reply = site.Accepting("gzip;q=0.5, zstd");
  CHECK_EQ(reply.body, "a.js.zst");
  CHECK_EQ(reply.Field("Content-Encoding"), "zstd");
  CHECK_EQ(reply.Field("Content-Type"), site.Get("/static/a.js").Field("Content-Type"));
  CHECK_EQ(site.Accepting("gzip").body, "a.js.gz");
  CHECK_EQ(site.Accepting("gzip, deflate, br, zstd").body, "a.js.br");
}

TEST("precompressed: the mount's order decides between equal weights") {
  CodedSite site;
  site.mount.precompressed = {Coding::kGzip, Coding::kBrotli};
  CHECK_EQ(site.Accepting("br, gzip, zstd").body, "a.js.gz");
}

TEST("precompressed: without Accept-Encoding and where none is acceptable the source is sent") {
  CodedSite site;
  for (const Reply& reply : {site.Get("/static/a.js"), site.Accepting("gzip;q=0"), site.Accepting("lzma"), site.Accepting("")}) {
    CHECK_EQ(reply.body, "a.js");
    CHECK_EQ(reply.Field("Content-Encoding"), "");
    CHECK_EQ(reply.Field("Vary"), "Accept-Encoding");
  }
}

TEST("precompressed: every representation varies and has a strong tag of its own") {
  CodedSite site;
  const std::string plain = site.Get("/static/a.js").Field("ETag");
  const std::string brotli = site.Accepting("br").Field("ETag");
  const std::string gzip = site.Accepting("gzip").Field("ETag");
  CHECK(plain.starts_with('"') && brotli.ends_with("-br\"") && gzip.ends_with("-gzip\""));
  CHECK_EQ(site.Accepting("br").Field("Vary"), "Accept-Encoding");
  const Reply same = site.Accepting("br", {{FieldId::kIfNoneMatch, brotli}});
  CHECK_EQ(same.status, 304);
  CHECK_EQ(same.Field("ETag"), brotli);
  CHECK_EQ(same.Field("Vary"), "Accept-Encoding");
  CHECK_EQ(site.Accepting("br", {{FieldId::kIfNoneMatch, plain}}).status, 200);
}

TEST("precompressed: a file without siblings does not vary") {
  CodedSite site;
  site.Write("b.js", "b");
  CHECK_EQ(site.Accepting("br", {}, "/static/b.js").Field("Vary"), "");
}

TEST("precompressed: ranges count the bytes of the coding") {
  CodedSite site;
  const Reply reply = site.Accepting("br", {{FieldId::kRange, "bytes=5-"}});
  CHECK_EQ(reply.status, 206);
  CHECK_EQ(reply.body, "br");
  CHECK_EQ(reply.Field("Content-Range"), "bytes 5-6/7");
  CHECK_EQ(reply.Field("Content-Encoding"), "br");
}

TEST("precompressed: If-Range with a date never continues another coding") {
  CodedSite site;
  const Reply reply = site.Accepting("br", {{FieldId::kRange, "bytes=0-1"}, {FieldId::kIfRange, kModifiedText}});
  CHECK_EQ(reply.status, 200);
}

TEST("precompressed: a sibling that is older than its source is not used") {
  CodedSite site;
  site.SetModified("a.js.br", kModified - 1);
  CHECK_EQ(site.Accepting("br, gzip;q=0.1").body, "a.js.gz");
}

TEST("precompressed: a newer source puts the siblings out of use until they follow") {
  CodedSite site;
  CHECK_EQ(site.Accepting("br").body, "a.js.br");
  site.SetModified("a.js", kModified + 5);
  site.now_ms += 1000;
  CHECK_EQ(site.Accepting("br").body, "a.js");
  site.Write("a.js.br", "fresh");
  site.now_ms += 1000;
  CHECK_EQ(site.Accepting("br").body, "fresh");
}

TEST("precompressed: siblings that appear, change and vanish are noticed within the time to live") {
  CodedSite site;
  for (const char* name : {"a.js.br", "a.js.zst", "a.js.gz"}) std::filesystem::remove(site.At(name));
  CHECK_EQ(site.Accepting("gzip").Field("Vary"), "");
  site.Write("a.js.gz", "one");
  site.now_ms += 1000;
  CHECK_EQ(site.Accepting("gzip").body, "one");
  site.Write("a.js.gz", "two");
  site.now_ms += 1000;
  CHECK_EQ(site.Accepting("gzip").body, "two");
  std::filesystem::remove(site.At("a.js.gz"));
  site.now_ms += 1000;
  CHECK_EQ(site.Accepting("gzip").body, "a.js");
}

TEST("precompressed: large siblings are sent from their descriptors, and never as a mix") {
  CodedSite site;
  site.Write("a.js.gz", std::string(30'000, 'z'));
  const Reply reply = site.Accepting("gzip");
  CHECK_EQ(reply.kind, Kind::kFile);
  CHECK_EQ(reply.length, 30'000u);
  site.WriteInPlace("a.js.gz", "short");
  CHECK_EQ(site.Accepting("gzip").body, "a.js");
  CHECK_EQ(site.Accepting("gzip").body, "short");
}

TEST("precompressed: a sibling asked for by its own name is a file like any other") {
  CodedSite site;
  const Reply reply = site.Accepting("gzip", {}, "/static/a.js.gz");
  CHECK_EQ(reply.body, "a.js.gz");
  CHECK_EQ(reply.Field("Content-Encoding"), "");
  CHECK_EQ(reply.Field("Content-Type"), "application/gzip");
}

TEST("precompressed: siblings follow the rules for files") {
  CodedSite site;
  for (const char* name : {"a.js.br", "a.js.zst", "a.js.gz"}) std::filesystem::remove(site.At(name));
  site.Write("../outside.br", "secret");
  std::filesystem::create_symlink("../outside.br", site.At("a.js.br"));
  REQUIRE(::mkfifo(site.At("a.js.zst").c_str(), 0666) == 0);
  std::filesystem::create_directory(site.At("a.js.gz"));
  for (int i = 0; i < 3; ++i) {
    const Reply reply = site.Accepting("br, zstd, gzip");
    CHECK_EQ(reply.body, "a.js");
    CHECK_EQ(reply.Field("Vary"), "");
    site.now_ms += 1000;
  }
}

TEST("precompressed: a mount that does not ask for siblings ignores them") {
  CodedSite site;
  site.mount.precompressed.clear();
  const Reply reply = site.Accepting("br, gzip");
  CHECK_EQ(reply.body, "a.js");
  CHECK_EQ(reply.Field("Vary"), "");
}

TEST("precompressed: an index file has siblings too") {
  CodedSite site;
  site.Write("index.html", "source");
  site.Write("index.html.gz", "coded");
  const Reply reply = site.Accepting("gzip", {}, "/static/");
  CHECK_EQ(reply.body, "coded");
  CHECK_EQ(reply.Field("Content-Type"), "text/html; charset=utf-8");
}

TEST("precompressed: HEAD announces the coding that GET would send") {
  CodedSite site;
  const Reply reply = site.Ask(Method::kHead, "/static/a.js", {{FieldId::kAcceptEncoding, "zstd"}});
  CHECK_EQ(reply.length, std::string_view("a.js.zst").size());
  CHECK_EQ(reply.Field("Content-Encoding"), "zstd");
}
