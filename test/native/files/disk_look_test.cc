// A handler that must not wait for disks: what it answers at once, what it wants to know first, and what it makes of that.
#include "native/files/disk/disk_look.h"

#include <fcntl.h>
#include <sys/uio.h>

#include <string>

#include "native/files/representation/file_pages.h"
#include "test/native/files/site.h"
#include "test/native/testing.h"

using namespace fastserve::files;
namespace http = fastserve::http;

namespace {

constexpr int64_t kNow = 1'000'000;

// A site whose file system must be asked for everything, unless it is `local`.
class RemoteSite : public Site {
 public:
  explicit RemoteSite(bool local = false, int64_t look_again_ms = 1000) : hasty(look_again_ms, false) {
    if (!local) mount.local_device = 0;
    hasty.SetNow(kNow);
  }

  // The answer's kind at `now`; kDisk leaves what is wanted.
  FileAnswer::Kind Try(const std::string& path, int64_t now, const TestRequest::Fields& fields = {}) {
    const TestRequest request(http::Method::kGet, fields, "");
    FileAnswer answer;
    hasty.Answer(mount, path, request.head, request.bytes, now, &answer);
    status = answer.status;
    body = std::string(answer.memory);
    pages = answer.file == nullptr ? nullptr : answer.file->pages.get();
    if (answer.file != nullptr) answer.file->Release();
    return answer.kind;
  }

  // Asks as a request that came at kNow and waits for all that it needs: each look is answered a moment later.
  FileAnswer::Kind Wait(const std::string& path, const TestRequest::Fields& fields = {}) {
    FileAnswer::Kind kind = Try(path, kNow, fields);
    for (looks = 0; kind == FileAnswer::Kind::kDisk && looks < 9; ++looks) {
      const auto look = hasty.TakeWant();
      look->Run();
      hasty.BeginTurn(++turn_);
      CHECK(hasty.Adopt(*look, kNow));
      kind = Try(path, kNow - 1, fields);
    }
    return kind;
  }

  StaticHandler hasty;
  uint16_t status = 0;
  std::string body;
  const FilePages* pages = nullptr;
  int looks = 0;

 private:
  int64_t turn_ = 0;
};

}  // namespace

TEST("disk look: a local file that the kernel knows is answered at once") {
  RemoteSite site(true);
  site.Write("a.txt", "hello");
  if (site.mount.local_device == 0) return;  // the file system of the test's directory is of no such kind
  CHECK(site.Try("/static/a.txt", kNow) == FileAnswer::Kind::kMemory);
  CHECK_EQ(site.body, "hello");
}

TEST("disk look: what the file system must be asked for is wanted, found out, and known for a while") {
  RemoteSite site;
  site.Write("a.txt", "hello");
  CHECK(site.Try("/static/a.txt", kNow) == FileAnswer::Kind::kDisk);
  CHECK(site.Wait("/static/a.txt") == FileAnswer::Kind::kMemory);
  CHECK_EQ(site.body, "hello");
  CHECK_EQ(site.looks, 1);
  CHECK(site.Try("/static/a.txt", kNow + 999) == FileAnswer::Kind::kMemory);
  CHECK(site.Try("/static/a.txt", kNow + 1000) == FileAnswer::Kind::kDisk);
}

TEST("disk look: a change is seen by the look behind the time to live") {
  RemoteSite site;
  site.Write("a.txt", "one");
  REQUIRE(site.Wait("/static/a.txt") == FileAnswer::Kind::kMemory);
  site.Write("a.txt", "two");
  REQUIRE(site.Try("/static/a.txt", kNow + 1000) == FileAnswer::Kind::kDisk);
  const auto look = site.hasty.TakeWant();
  look->Run();
  CHECK(site.hasty.Adopt(*look, kNow + 1001));
  CHECK(site.Try("/static/a.txt", kNow + 1001) == FileAnswer::Kind::kMemory);
  CHECK_EQ(site.body, "two");
}

TEST("disk look: a request is answered by what was found out for it, also where nothing is known for long") {
  RemoteSite site(false, 0);
  site.Write("dir/index.html", "index");
  site.mount.index = {"index.htm", "index.html"};
  CHECK(site.Wait("/static/dir/") == FileAnswer::Kind::kMemory);
  CHECK_EQ(site.body, "index");
  CHECK_EQ(site.looks, 2);
  CHECK(site.Try("/static/dir/", kNow) == FileAnswer::Kind::kDisk);
}

TEST("disk look: misses, pages for them, directories and listings are found out one by one") {
  RemoteSite site;
  site.Write("404.html", "none");
  site.Write("dir/index.html", "index");
  site.Write("shown/a.txt", "a");
  site.mount.not_found = "404.html";
  site.mount.listing = true;
  CHECK(site.Wait("/static/no.txt") == FileAnswer::Kind::kMemory);
  CHECK_EQ(site.status, 404);
  CHECK_EQ(site.body, "none");
  CHECK(site.Wait("/static/dir") == FileAnswer::Kind::kStatus);
  CHECK_EQ(site.status, 301);
  CHECK(site.Wait("/static/shown/") == FileAnswer::Kind::kMemory);
  CHECK(site.body.find("a.txt") != std::string::npos);
  CHECK(site.Wait("/static/" + std::string(300, 'x')) == FileAnswer::Kind::kMemory);
  CHECK_EQ(site.status, 404);
}

TEST("disk look: siblings in codings are found out with their file") {
  RemoteSite site;
  site.Write("a.txt", "plain");
  site.Write("a.txt.gz", "coded");
  site.mount.precompressed = {http::Coding::kGzip};
  CHECK(site.Wait("/static/a.txt", {{http::FieldId::kAcceptEncoding, "gzip"}}) == FileAnswer::Kind::kMemory);
  CHECK_EQ(site.body, "coded");
  CHECK_EQ(site.looks, 1);
}

TEST("disk look: a file system that fails is 500, also for the request that waited") {
  RemoteSite site;
  site.Write("a.txt", "hello");
  REQUIRE(site.Try("/static/a.txt", kNow) == FileAnswer::Kind::kDisk);
  const auto look = site.hasty.TakeWant();
  look->file().source.status = OpenStatus::kFailed;
  CHECK(site.hasty.Adopt(*look, kNow));
  CHECK(site.Try("/static/a.txt", kNow - 1) == FileAnswer::Kind::kStatus);
  CHECK_EQ(site.status, 500);
  CHECK(site.Try("/static/a.txt", kNow) == FileAnswer::Kind::kDisk);
}

TEST("disk look: an answer from a descriptor says which of its pages are in memory") {
  RemoteSite site;
  site.Write("large.bin", std::string(100'000, 'x'));
  REQUIRE(site.Wait("/static/large.bin") == FileAnswer::Kind::kFile);
  CHECK(site.pages != nullptr);
}

TEST("disk look: pages that left memory are missed, and there again once they were read") {
  Site site;
  site.WriteInPlace("large.bin", std::string(200'000, 'x'));
  const fastserve::base::UniqueFd fd(::open(site.At("large.bin").c_str(), O_RDWR | O_CLOEXEC));
  int64_t now_ms = kNow;
  FilePages warm(fd.get(), 200'000, &now_ms);
  char byte;
  const iovec room{&byte, 1};
  if (::preadv2(fd.get(), &room, 1, 0, RWF_NOWAIT) != 1) return;  // a file system that does not tell
  CHECK_EQ(warm.Present(0, 200'000), 200'000u);
  REQUIRE(::fsync(fd.get()) == 0 && ::posix_fadvise(fd.get(), 0, 0, POSIX_FADV_DONTNEED) == 0);
  if (::preadv2(fd.get(), &room, 1, 150'000, RWF_NOWAIT) == 1) return;  // one that lives in memory
  CHECK_EQ(warm.Present(0, 200'000), 200'000u);  // trusted for a moment
  now_ms += FilePages::kTrustMs;
  REQUIRE(::fsync(fd.get()) == 0 && ::posix_fadvise(fd.get(), 0, 0, POSIX_FADV_DONTNEED) == 0);
  CHECK(warm.Present(0, 200'000) < 200'000);
  ReadPages(fd.get(), 0, 200'000);
  CHECK_EQ(warm.Present(0, 200'000), 200'000u);
  CHECK_EQ(warm.Present(199'999, 1), 1u);
}

TEST("disk look: a large file is trusted piece by piece, whoever has asked") {
  constexpr uint64_t kSize = 2 * FilePages::kPieceBytes + 100'000;
  Site site;
  site.WriteInPlace("large.bin", std::string(kSize, 'x'));
  const fastserve::base::UniqueFd fd(::open(site.At("large.bin").c_str(), O_RDWR | O_CLOEXEC));
  int64_t now_ms = kNow;
  FilePages pages(fd.get(), kSize, &now_ms);
  const auto evict = [&] { return ::fsync(fd.get()) == 0 && ::posix_fadvise(fd.get(), 0, 0, POSIX_FADV_DONTNEED) == 0; };
  char byte;
  const iovec room{&byte, 1};
  if (::preadv2(fd.get(), &room, 1, 0, RWF_NOWAIT) != 1) return;  // a file system that does not tell
  CHECK_EQ(pages.Present(FilePages::kPieceBytes + 500'000, 900'000), FilePages::kPieceBytes - 500'000);  // to the end of the piece
  CHECK_EQ(pages.Present(2 * FilePages::kPieceBytes, kSize), 100'000u);
  REQUIRE(evict());
  if (::preadv2(fd.get(), &room, 1, 0, RWF_NOWAIT) == 1) return;  // one that lives in memory
  CHECK(pages.Present(0, kSize) < FilePages::kPieceBytes);  // the first piece was not asked for
  CHECK_EQ(pages.Present(FilePages::kPieceBytes, kSize - FilePages::kPieceBytes), FilePages::kPieceBytes + 100'000);
  now_ms += FilePages::kTrustMs;
  CHECK(pages.Present(FilePages::kPieceBytes, kSize) < FilePages::kPieceBytes);
}
