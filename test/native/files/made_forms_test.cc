// Forms that the helper thread makes: when a file has them, which one is sent, and that none outlives its version.
#include "native/files/cache/made_forms.h"

#include <future>
#include <thread>

#include "native/files/cache/file_cache.h"

#include "test/native/compress/decoders.h"
#include "test/native/files/site.h"
#include "test/native/testing.h"

using namespace fastserve;
using namespace fastserve::files;
using compress::DecodeWhole;
using http::Coding;
using http::FieldId;
using http::Method;

namespace {

constexpr uint64_t kMostBytes = 100'000;

compress::Policy TestPolicy() {
  compress::Policy policy{.codings = {Coding::kBrotli, Coding::kGzip}, .types = {"text/*"}, .min_bytes = 100, .max_bytes = kMostBytes};
  policy.levels.fill(4);
  return policy;
}

std::string Noise() {
  std::string noise;
  for (uint32_t state = 1; noise.size() < 5000; noise.push_back(static_cast<char>(state >> 24))) {
    state = state * 1664525 + 1013904223;
  }
  return noise;
}

std::string Text(size_t bytes, char letter = 't') { return std::string(bytes, letter); }

// Keeps the helper thread busy until it is told to go on.
class HeldSource final : public compress::Source {
 public:
  explicit HeldSource(std::future<void> go_on) : go_on_(std::move(go_on)) {}
  Status Read(std::string_view* piece) override {
    go_on_.wait();
    *piece = content_;
    return Status::kEnd;
  }
  uint64_t size_bytes() const override { return content_.size(); }

 private:
  std::future<void> go_on_;
  const std::string content_ = std::string(1000, 'h');
};

// "small.txt" in memory and "picture.png", both of 5,000 bytes.
struct MakingSite : Site {
  explicit MakingSite(const compress::Policy& policy = TestPolicy()) : maker(policy) {
    CHECK(maker.Start());
    mount.maker = &maker;
    Write("small.txt", Text(5000));
    Write("picture.png", Text(5000));
  }
  Reply Accepting(const std::string& codings, const std::string& name = "small.txt", TestRequest::Fields fields = {}) {
    fields.push_back({FieldId::kAcceptEncoding, codings});
    return Get("/static/" + name, fields);
  }
  // Asks until the answer has a coding. A file that was just written is coded only once its stamp is settled.
  Reply AwaitCoded(const std::string& codings, const std::string& name = "small.txt", TestRequest::Fields fields = {}) {
    for (;;) {
      const Reply reply = Accepting(codings, name, fields);
      if (!reply.Field("Content-Encoding").empty()) return reply;
      std::this_thread::yield();
    }
  }
  compress::VariantMaker maker;
};

}  // namespace

TEST("made forms: the first answer is the file itself, a later one the form that the client prefers") {
  MakingSite site;
  const Reply first = site.Accepting("gzip, br");
  CHECK_EQ(first.Field("Content-Encoding"), "");
  CHECK(first.body == Text(5000));
  const Reply coded = site.AwaitCoded("gzip, br");
  CHECK_EQ(coded.Field("Content-Encoding"), "br");
  CHECK_EQ(coded.length, coded.body.size());
  CHECK(DecodeWhole(Coding::kBrotli, coded.body) == Text(5000));
  CHECK_EQ(coded.Field("Content-Type"), first.Field("Content-Type"));
  CHECK_EQ(coded.Field("Last-Modified"), first.Field("Last-Modified"));
  CHECK(DecodeWhole(Coding::kGzip, site.AwaitCoded("gzip").body) == Text(5000));
}

TEST("made forms: a large file is coded from its descriptor") {
  MakingSite site;
  site.Write("large.txt", Text(70'000));
  CHECK_EQ(site.Accepting("gzip", "large.txt").body.size(), 70'000u);
  CHECK(DecodeWhole(Coding::kGzip, site.AwaitCoded("gzip", "large.txt").body) == Text(70'000));
}

TEST("made forms: who does not ask, and who refuses, gets the file") {
  MakingSite site;
  site.AwaitCoded("gzip");
  for (const Reply& reply : {site.Get("/static/small.txt"), site.Accepting("gzip;q=0, identity"), site.Accepting("identity, gzip;q=0.5")}) {
    CHECK_EQ(reply.Field("Content-Encoding"), "");
    CHECK(reply.body == Text(5000));
  }
}

TEST("made forms: a file that can be coded varies from its first answer on, others do not") {
  MakingSite site;
  CHECK_EQ(site.Get("/static/small.txt").Field("Vary"), "Accept-Encoding");
  CHECK_EQ(site.AwaitCoded("gzip").Field("Vary"), "Accept-Encoding");
  site.Write("tiny.txt", Text(99));
  site.Write("huge.txt", Text(kMostBytes + 1));
  site.Write("coded.txt.gz", Text(5000));
  for (const char* name : {"picture.png", "tiny.txt", "huge.txt", "coded.txt.gz"}) {
    CHECK_EQ(site.Accepting("gzip", name).Field("Vary"), "");
  }
}

TEST("made forms: each has a strong tag of its own, which makes 304 for its clients only") {
  MakingSite site;
  const std::string plain = site.Get("/static/small.txt").Field("ETag");
  const std::string gzip = site.AwaitCoded("gzip").Field("ETag");
  const std::string brotli = site.AwaitCoded("br").Field("ETag");
  CHECK(gzip.starts_with('"') && gzip.ends_with("-gzip\"") && brotli.ends_with("-br\""));
  CHECK(plain != gzip);
  const Reply same = site.Accepting("gzip", "small.txt", {{FieldId::kIfNoneMatch, gzip}});
  CHECK_EQ(same.status, 304);
  CHECK_EQ(same.Field("ETag"), gzip);
  CHECK_EQ(same.Field("Vary"), "Accept-Encoding");
  for (const std::string& other : {plain, brotli}) {
    CHECK_EQ(site.Accepting("gzip", "small.txt", {{FieldId::kIfNoneMatch, other}}).status, 200);
  }
}

TEST("made forms: another level is another representation with another tag") {
  compress::Policy policy = TestPolicy();
  std::string noise;
  for (int i = 0; noise.size() < 5000; ++i) noise += std::to_string(i * i % 1009) + " ";
  std::string tags[2];
  std::string bodies[2];
  MakingSite low(policy);
  policy.levels.fill(9);
  compress::VariantMaker high(policy);
  CHECK(high.Start());
  low.Write("noise.txt", noise);
  for (int i = 0; i < 2; ++i) {
    if (i == 1) low.mount.maker = &high;
    low.handler.Clear();
    const Reply reply = low.AwaitCoded("gzip", "noise.txt");
    tags[i] = reply.Field("ETag");
    bodies[i] = reply.body;
  }
  CHECK(bodies[0] != bodies[1]);
  CHECK(tags[0] != tags[1]);
  low.handler.Clear();
}

TEST("made forms: ranges count the bytes of the coding, and HEAD announces them") {
  MakingSite site;
  const std::string whole = site.AwaitCoded("gzip").body;
  const Reply range = site.Accepting("gzip", "small.txt", {{FieldId::kRange, "bytes=2-5"}});
  CHECK_EQ(range.status, 206);
  CHECK_EQ(range.body, whole.substr(2, 4));
  CHECK_EQ(range.Field("Content-Range"), "bytes 2-5/" + std::to_string(whole.size()));
  CHECK_EQ(range.Field("Content-Encoding"), "gzip");
  const Reply head = site.Ask(Method::kHead, "/static/small.txt", {{FieldId::kAcceptEncoding, "gzip"}});
  CHECK_EQ(head.length, whole.size());
  CHECK_EQ(head.Field("Content-Encoding"), "gzip");
}

TEST("made forms: a range with the tag or the date of the plain file is never continued in a coding") {
  MakingSite site;
  site.SetModified("small.txt", kModified);
  const std::string plain = site.Get("/static/small.txt").Field("ETag");
  site.AwaitCoded("gzip");
  for (const std::string& validator : {plain, std::string(kModifiedText)}) {
    const Reply reply = site.Accepting("gzip", "small.txt", {{FieldId::kRange, "bytes=0-1"}, {FieldId::kIfRange, validator}});
    CHECK_EQ(reply.status, 200);
  }
}

TEST("made forms: an edited file is sent as it is until its own form is made") {
  MakingSite site;
  const std::string old_tag = site.AwaitCoded("gzip").Field("ETag");
  site.Write("small.txt", Text(5000, 'n'));
  site.now_ms += 1000;
  const Reply fresh = site.Accepting("gzip");
  CHECK_EQ(fresh.Field("Content-Encoding"), "");
  CHECK(fresh.body == Text(5000, 'n'));
  const Reply coded = site.AwaitCoded("gzip");
  CHECK(DecodeWhole(Coding::kGzip, coded.body) == Text(5000, 'n'));
  CHECK(coded.Field("ETag") != old_tag);
}

TEST("made forms: a large file that is edited in place loses its form at once") {
  MakingSite site;
  site.Write("large.txt", Text(70'000));
  site.AwaitCoded("gzip", "large.txt");
  site.WriteInPlace("large.txt", Text(70'000, 'n'));
  const Reply fresh = site.Accepting("gzip", "large.txt");
  CHECK_EQ(fresh.Field("Content-Encoding"), "");
  CHECK(fresh.body == Text(70'000, 'n'));
}

TEST("made forms: what changes between the request and the reading is not coded") {
  std::promise<void> go_on;
  MakingSite site;
  site.Write("large.txt", Text(70'000));
  site.AwaitCoded("gzip", "large.txt");  // its stamp is settled
  site.maker.Request({"held", Coding::kGzip}, std::make_unique<HeldSource>(go_on.get_future()));
  CHECK_EQ(site.Accepting("br", "large.txt").Field("Content-Encoding"), "");  // waits behind it
  site.WriteInPlace("large.txt", Text(70'000, 'n'));
  go_on.set_value();
  CHECK_EQ(DecodeWhole(Coding::kGzip, site.AwaitCoded("gzip").body).size(), 5000u);  // behind both in the line
  CHECK_EQ(site.maker.made(), 3u);
}

TEST("made forms: a large file that was just written is not coded before a later write could be told") {
  MakingSite site;
  site.Write("large.txt", Text(70'000));
  FileStamp stamp;
  REQUIRE(StampOfName(site.mount.root_fd.get(), "large.txt", &stamp));
  while (true) {
    const bool settled = IsSettled(stamp);
    const bool coded = !site.Accepting("gzip", "large.txt").Field("Content-Encoding").empty();
    CHECK(settled || !coded);
    if (coded) break;
    std::this_thread::yield();
  }
}

TEST("made forms: Cache-Control: no-transform keeps a file as it is") {
  MakingSite site;
  site.mount.cache_control = "public, No-Transform";
  const Reply reply = site.Accepting("gzip");
  CHECK_EQ(reply.Field("Vary"), "");
  CHECK_EQ(site.Accepting("gzip").Field("Content-Encoding"), "");
}

TEST("made forms: an application's no-transform keeps its answer as it is") {
  MakingSite site;
  site.AwaitCoded("gzip");
  const TestRequest::Fields fields = {{FieldId::kAcceptEncoding, "gzip"}};
  const FieldOverrides overrides{.fields = "Cache-Control: no-transform\r\n", .content_type = {}, .has_cache_control = true, .no_transform = true};
  CHECK_EQ(site.Ask(Method::kGet, "/static/small.txt", fields, "", overrides).Field("Content-Encoding"), "");
}

TEST("made forms: what coding makes no smaller is sent as it is and not tried twice") {
  MakingSite site;
  site.Write("noise.txt", Noise());
  site.Write("other.txt", Text(5000, 'o'));
  site.Accepting("br, gzip", "noise.txt");
  site.AwaitCoded("br", "other.txt");  // behind it in the line
  CHECK_EQ(site.Accepting("br, gzip", "noise.txt").Field("Content-Encoding"), "");
  site.AwaitCoded("gzip", "other.txt");
  CHECK_EQ(site.maker.made(), 2u);
}

TEST("made forms: a sibling goes before a form that could be made, and a made one stands beside it") {
  MakingSite site;
  site.mount.precompressed = {Coding::kBrotli, Coding::kGzip};
  site.Write("small.txt.gz", "sibling");
  CHECK_EQ(site.Accepting("br, gzip").body, "sibling");
  CHECK(DecodeWhole(Coding::kBrotli, site.AwaitCoded("br").body) == Text(5000));
  const Reply preferred = site.Accepting("br, gzip;q=0.5");
  CHECK_EQ(preferred.Field("Content-Encoding"), "br");
}

TEST("made forms: a sibling is sent where the preferred form is useless") {
  MakingSite site;
  site.mount.precompressed = {Coding::kGzip};
  site.Write("noise.txt", Noise());
  site.Write("noise.txt.gz", "sibling");
  site.Write("other.txt", Text(5000, 'o'));
  CHECK_EQ(site.Accepting("br, gzip;q=0.5", "noise.txt").body, "sibling");
  site.AwaitCoded("br", "other.txt");  // behind it in the line
  for (int i = 0; i < 2; ++i) CHECK_EQ(site.Accepting("br, gzip;q=0.5", "noise.txt").body, "sibling");
  CHECK_EQ(site.maker.made(), 1u);
}

TEST("made forms: while the preferred form is made another that is there is sent") {
  std::promise<void> go_on;
  MakingSite site;
  site.AwaitCoded("gzip");
  site.maker.Request({"held", Coding::kGzip}, std::make_unique<HeldSource>(go_on.get_future()));
  for (int i = 0; i < 2; ++i) CHECK_EQ(site.Accepting("br, gzip").Field("Content-Encoding"), "gzip");
  go_on.set_value();
  while (site.Accepting("br, gzip").Field("Content-Encoding") != "br") std::this_thread::yield();
}

TEST("made forms: only the preferred form is asked for") {
  std::promise<void> go_on;
  MakingSite site;
  site.Write("other.txt", Text(5000, 'o'));
  site.maker.Request({"held", Coding::kGzip}, std::make_unique<HeldSource>(go_on.get_future()));
  for (int i = 0; i < 2; ++i) CHECK_EQ(site.Accepting("br, gzip").Field("Content-Encoding"), "");
  go_on.set_value();
  site.AwaitCoded("br", "other.txt");  // behind all of them in the line
  CHECK_EQ(site.maker.made(), 3u);
}

TEST("made forms: a form that was given up by the store is still served by who holds it") {
  compress::Policy policy = TestPolicy();
  policy.cache_bytes = 400;  // one
  MakingSite site(policy);
  const std::string tag = site.AwaitCoded("gzip").Field("ETag");
  site.Write("other.txt", Text(5000, 'o'));
  site.AwaitCoded("gzip", "other.txt");
  CHECK_EQ(site.Accepting("gzip").Field("ETag"), tag);
}

TEST("made forms: two I/O threads share what was made") {
  MakingSite site;
  const std::string tag = site.AwaitCoded("gzip").Field("ETag");
  StaticHandler other;
  const TestRequest request(Method::kGet, {{FieldId::kAcceptEncoding, "gzip"}});
  FileAnswer answer;
  other.Answer(site.mount, "/static/small.txt", request.head, request.bytes, site.now_ms, &answer);
  CHECK_EQ(answer.file->etag, tag);
  answer.file->Release();
  CHECK_EQ(site.maker.made(), 1u);
}

TEST("made forms: forms count towards the cache's memory and leave it with their file") {
  MakingSite site;
  FileCache cache({.memory_bytes = 20'000});
  const TestRequest request(Method::kGet, {{FieldId::kAcceptEncoding, "gzip"}});
  const http::CodingWeights gzip = http::ReadAcceptEncoding(request.head, request.bytes);
  OpenFile* form = nullptr;
  while (form == nullptr) {
    REQUIRE(cache.Find(site.mount, "small.txt", site.now_ms).status == OpenStatus::kOpened);
    form = cache.FindCoded(gzip, true);
  }
  CHECK_EQ(cache.memory_bytes(), 5000 + form->content.size());
  form->Retain();
  cache.Clear();
  CHECK_EQ(cache.memory_bytes(), 0u);
  CHECK(DecodeWhole(Coding::kGzip, form->content) == Text(5000));
  form->Release();
}
