#include "native/files/representation/small_ranges.h"

#include "native/base/clock.h"
#include "native/files/representation/open_file.h"
#include "test/native/files/site.h"
#include "test/native/testing.h"

using namespace fastserve;
using namespace fastserve::files;

namespace {

constexpr Presentation kText = {"text/plain", "", "", http::Coding::kIdentity, ""};
constexpr size_t kFileBytes = 20'000;

// A file of `letter`s on its descriptor, last changed long ago.
struct Opened {
  Opened(Site& site, const char* name, char letter) {
    site.Write(name, std::string(kFileBytes, letter));
    base::UniqueFd fd;
    FileStamp stamp;
    FASTSERVE_CHECK(OpenBeneath(site.mount.root_fd.get(), name, &fd, &stamp) == OpenStatus::kOpened, name);
    FASTSERVE_CHECK(LoadFile(std::move(fd), &stamp, kText, 16'384, &file) == OpenStatus::kOpened, name);
    file->changed_seconds = 0;
  }
  ~Opened() { file->Release(); }
  OpenFile* file = nullptr;
};

std::string Read(SmallRanges& ranges, const Opened& opened, uint64_t offset, uint64_t length = 4) {
  std::string_view bytes;
  return ranges.Read(*opened.file, offset, length, &bytes) ? std::string(bytes) : "nothing";
}

}  // namespace

TEST("files: a small range that is asked for twice is kept for the third time") {
  Site site;
  SmallRanges ranges;
  Opened opened(site, "a.txt", 'a');
  CHECK_EQ(Read(ranges, opened, 100), "aaaa");
  CHECK_EQ(Read(ranges, opened, 100), "aaaa");
  site.WriteInPlace("a.txt", std::string(kFileBytes, 'b'));  // FileCache would have made another OpenFile of it
  CHECK_EQ(Read(ranges, opened, 100), "aaaa");
  CHECK_EQ(Read(ranges, opened, 101), "bbbb");
  CHECK_EQ(Read(ranges, opened, 100, 5), "bbbbb");
}

TEST("files: a small range of a file that has just changed is read each time") {
  Site site;
  SmallRanges ranges;
  Opened opened(site, "a.txt", 'a');
  opened.file->changed_seconds = base::WallSeconds();
  for (int i = 0; i < 3; ++i) CHECK_EQ(Read(ranges, opened, 100), "aaaa");
  site.WriteInPlace("a.txt", std::string(kFileBytes, 'b'));
  CHECK_EQ(Read(ranges, opened, 100), "bbbb");
}

TEST("files: each version of a file has small ranges of its own") {
  Site site;
  SmallRanges ranges;
  Opened one(site, "a.txt", 'a');
  Opened other(site, "a.txt", 'b');
  for (int i = 0; i < 3; ++i) {
    CHECK_EQ(Read(ranges, one, 100), "aaaa");
    CHECK_EQ(Read(ranges, other, 100), "bbbb");
  }
}

TEST("files: what is large, or not all there, is no small range") {
  Site site;
  SmallRanges ranges;
  Opened opened(site, "a.txt", 'a');
  CHECK_EQ(Read(ranges, opened, 0, SmallRanges::kMostBytes + 1), "nothing");
  CHECK_EQ(Read(ranges, opened, kFileBytes - 2), "nothing");
  CHECK_EQ(Read(ranges, opened, kFileBytes - 4), "aaaa");
}
