#include "native/files/cache/file_cache.h"

#include "test/native/files/descriptor_limit.h"
#include "test/native/files/site.h"
#include "test/native/testing.h"

using namespace fastserve;
using namespace fastserve::files;

namespace {

constexpr int64_t kNow = 5'000'000;
constexpr int64_t kLater = kNow + 1000;  // the time to live has passed
const std::string kLarge(20'000, 'L');   // too large for memory

bool Opened(FileCache& cache, const Site& site, const std::string& name, int64_t now_ms = kNow) {
  return cache.Find(site.mount, name, now_ms).status == OpenStatus::kOpened;
}

std::string Numbered(int i) { return "f" + std::to_string(i) + ".txt"; }

}  // namespace

TEST("files: a small file is kept in memory without a descriptor") {
  Site site;
  FileCache cache;
  site.Write("small.txt", std::string(16'384, 's'));
  const FileCache::Found found = cache.Find(site.mount, "small.txt", kNow);
  REQUIRE(found.status == OpenStatus::kOpened);
  CHECK(found.file->in_memory);
  CHECK_EQ(found.file->fd, -1);
  CHECK(found.file->content == std::string(16'384, 's'));
  CHECK_EQ(cache.descriptors(), 0u);
}

TEST("files: a file one byte larger stays on its descriptor") {
  Site site;
  FileCache cache;
  site.Write("large.txt", std::string(16'385, 's'));
  const FileCache::Found found = cache.Find(site.mount, "large.txt", kNow);
  REQUIRE(found.status == OpenStatus::kOpened);
  CHECK(!found.file->in_memory);
  CHECK(found.file->fd >= 0);
  CHECK_EQ(found.file->size, 16'385u);
  CHECK_EQ(cache.memory_bytes(), 0u);
}

TEST("files: within its time to live a file in memory is served without asking the file system") {
  Site site;
  FileCache cache;
  site.Write("a.txt", "hello");
  REQUIRE(Opened(cache, site, "a.txt"));
  site.mount.root_fd.Reset();  // nothing can be asked any more
  CHECK(Opened(cache, site, "a.txt", kLater - 1));
  CHECK(!Opened(cache, site, "a.txt", kLater));
}

TEST("files: within the time to live an absent name is not asked for again") {
  Site site;
  FileCache cache;
  CHECK(!Opened(cache, site, "a.txt"));
  site.Write("a.txt", "hello");
  CHECK(!Opened(cache, site, "a.txt", kLater - 1));
  CHECK(Opened(cache, site, "a.txt", kLater));
}

TEST("files: an unchanged file keeps its OpenFile past the time to live") {
  Site site;
  FileCache cache;
  site.Write("large.txt", kLarge);
  OpenFile* const before = cache.Find(site.mount, "large.txt", kNow).file;
  CHECK(cache.Find(site.mount, "large.txt", kLater).file == before);
}

TEST("files: content that was read just after a change is not trusted by its stamp") {
  Site site;
  FileCache cache;
  site.Write("small.txt", "hello");
  OpenFile* const before = cache.Find(site.mount, "small.txt", kNow).file;
  before->Retain();
  CHECK(cache.Find(site.mount, "small.txt", kLater).file != before);
  before->Release();
}

TEST("files: a replaced file is served anew after the time to live, with another tag") {
  Site site;
  FileCache cache;
  site.Write("a.txt", "one");
  const std::string old_tag = cache.Find(site.mount, "a.txt", kNow).file->etag;
  site.Write("a.txt", "two");
  CHECK_EQ(cache.Find(site.mount, "a.txt", kLater - 1).file->content, "one");
  const FileCache::Found found = cache.Find(site.mount, "a.txt", kLater);
  CHECK_EQ(found.file->content, "two");
  CHECK(found.file->etag != old_tag);
}

TEST("files: a file on its descriptor that is written in place gets its new size and tag at once") {
  Site site;
  FileCache cache;
  site.Write("large.txt", kLarge);
  const std::string old_tag = cache.Find(site.mount, "large.txt", kNow).file->etag;
  site.WriteInPlace("large.txt", kLarge + "more");
  const FileCache::Found found = cache.Find(site.mount, "large.txt", kNow);
  CHECK_EQ(found.file->size, kLarge.size() + 4);
  CHECK(found.file->etag != old_tag);
}

TEST("files: a file on its descriptor is looked at once in a turn, and again in the next one") {
  Site site;
  FileCache cache;
  site.Write("large.txt", kLarge);
  cache.BeginTurn(1);
  const OpenFile* const first = cache.Find(site.mount, "large.txt", kNow).file;
  cache.Find(site.mount, "large.txt", kNow);
  site.WriteInPlace("large.txt", kLarge + "more");
  CHECK(cache.Find(site.mount, "large.txt", kNow).file == first);
  cache.BeginTurn(2);
  CHECK_EQ(cache.Find(site.mount, "large.txt", kNow).file->size, kLarge.size() + 4);
}

TEST("files: a deleted file is gone after the time to live") {
  Site site;
  FileCache cache;
  site.Write("a.txt", "one");
  REQUIRE(Opened(cache, site, "a.txt"));
  std::filesystem::remove(site.At("a.txt"));
  CHECK(!Opened(cache, site, "a.txt", kLater));
  CHECK_EQ(cache.entries(), 0u);
}

TEST("files: a name that turns into a link out of the root is refused after the time to live") {
  Site site;
  FileCache cache;
  site.Write("../secret.txt", "secret");
  site.Write("a.txt", "public");
  REQUIRE(Opened(cache, site, "a.txt"));
  std::filesystem::remove(site.At("a.txt"));
  std::filesystem::create_symlink("../secret.txt", site.At("a.txt"));
  CHECK(cache.Find(site.mount, "a.txt", kLater).status == OpenStatus::kNotAllowed);
}

TEST("files: the same name in two mounts is two files") {
  Site one, two;
  FileCache cache;
  one.Write("a.txt", "one");
  two.Write("a.txt", "two");
  CHECK_EQ(cache.Find(one.mount, "a.txt", kNow).file->content, "one");
  CHECK_EQ(cache.Find(two.mount, "a.txt", kNow).file->content, "two");
}

TEST("files: the number of entries is bounded and the least recently used one goes first") {
  Site site;
  FileCache cache({.entries = 3});
  for (int i = 0; i < 4; ++i) site.Write(Numbered(i), "x");
  for (int i = 0; i < 3; ++i) REQUIRE(Opened(cache, site, Numbered(i)));
  REQUIRE(Opened(cache, site, Numbered(0)));  // now 1 is the oldest
  REQUIRE(Opened(cache, site, Numbered(3)));
  CHECK_EQ(cache.entries(), 3u);
  site.mount.root_fd.Reset();  // only what is cached can be found
  CHECK(Opened(cache, site, Numbered(0)));
  CHECK(!Opened(cache, site, Numbered(1)));
}

TEST("files: the content in memory is bounded") {
  Site site;
  FileCache cache({.memory_bytes = 10'000});
  for (int i = 0; i < 20; ++i) {
    site.Write(Numbered(i), std::string(3000, 'x'));
    REQUIRE(Opened(cache, site, Numbered(i)));
    CHECK(cache.memory_bytes() <= 10'000);
  }
  CHECK_EQ(cache.entries(), 3u);
}

TEST("files: the descriptors held are bounded") {
  Site site;
  FileCache cache({.descriptors = 4});
  for (int i = 0; i < 10; ++i) {
    site.Write(Numbered(i), kLarge);
    REQUIRE(Opened(cache, site, Numbered(i)));
  }
  CHECK_EQ(cache.descriptors(), 4u);
}

TEST("files: a flood of absent names displaces no file") {
  Site site;
  FileCache cache;
  site.Write("a.txt", "hello");
  REQUIRE(Opened(cache, site, "a.txt"));
  for (int i = 0; i < 5000; ++i) CHECK(!Opened(cache, site, "absent/" + std::to_string(i)));
  CHECK_EQ(cache.entries(), 1u);
}

TEST("files: an OpenFile in use survives its eviction") {
  Site site;
  FileCache cache({.entries = 1});
  site.Write("large.txt", kLarge);
  site.Write("other.txt", "x");
  OpenFile* const file = cache.Find(site.mount, "large.txt", kNow).file;
  file->Retain();
  REQUIRE(Opened(cache, site, "other.txt"));
  cache.Clear();
  std::string content(kLarge.size(), '\0');
  CHECK_EQ(::pread(file->fd, content.data(), content.size(), 0), static_cast<ssize_t>(kLarge.size()));
  CHECK(content == kLarge);
  const int fd = file->fd;
  file->Release();
  CHECK_EQ(::fcntl(fd, F_GETFD), -1);  // the last reference closed it
}

TEST("files: out of descriptors, the cache gives up its own before it refuses") {
  Site site;
  FileCache cache;
  site.Write("large.txt", kLarge);
  site.Write("small.txt", "hello");
  REQUIRE(Opened(cache, site, "large.txt"));
  OpenStatus freed, refused;
  {
    const NoMoreDescriptors limit;
    freed = cache.Find(site.mount, "small.txt", kNow).status;
  }
  {
    const NoMoreDescriptors limit;
    refused = cache.Find(site.mount, "large.txt", kNow).status;
  }
  CHECK_EQ(freed, OpenStatus::kOpened);
  CHECK_EQ(refused, OpenStatus::kExhausted);
  CHECK(Opened(cache, site, "large.txt"));  // exhaustion is not remembered
}

TEST("files: forgetting everything releases memory, descriptors and absences") {
  Site site;
  FileCache cache;
  site.Write("large.txt", kLarge);
  site.Write("small.txt", "hello");
  REQUIRE(Opened(cache, site, "large.txt") && Opened(cache, site, "small.txt") && !Opened(cache, site, "new.txt"));
  site.Write("new.txt", "new");
  cache.Clear();
  CHECK_EQ(cache.entries() + cache.memory_bytes() + cache.descriptors(), 0u);
  CHECK(Opened(cache, site, "new.txt"));
}
