#include "native/files/open_file.h"

#include <set>

#include "test/native/files/site.h"
#include "test/native/testing.h"

using namespace fastserve;
using namespace fastserve::files;

namespace {

constexpr size_t kLimit = 16'384;

struct Opened {
  explicit Opened(const Site& site, const char* name) {
    FASTSERVE_CHECK(OpenBeneath(site.mount.root_fd.get(), name, &fd, &stamp) == OpenStatus::kOpened, name);
  }
  base::UniqueFd fd;
  FileStamp stamp;
};

}  // namespace

TEST("files: a file that changed after it was opened is described as it is now") {
  Site site;
  site.Write("a.txt", "old content");
  Opened opened(site, "a.txt");
  const FileStamp before = opened.stamp;
  site.WriteInPlace("a.txt", "new");
  OpenFile* file = nullptr;
  REQUIRE(LoadFile(std::move(opened.fd), &opened.stamp, "a.txt", "", kLimit, &file) == OpenStatus::kOpened);
  CHECK(!(opened.stamp == before));
  CHECK(file->in_memory);
  CHECK_EQ(file->content, "new");
  CHECK_EQ(file->size, 3u);
  CHECK_EQ(file->etag, EntityTag(opened.stamp, "new"));
  file->Release();
}

TEST("files: a small file that grows beyond the limit while it is read stays on its descriptor") {
  Site site;
  site.Write("a.txt", "small");
  Opened opened(site, "a.txt");
  site.WriteInPlace("a.txt", std::string(kLimit + 1, 'x'));
  OpenFile* file = nullptr;
  REQUIRE(LoadFile(std::move(opened.fd), &opened.stamp, "a.txt", "", kLimit, &file) == OpenStatus::kOpened);
  CHECK(!file->in_memory);
  CHECK(file->content.empty());
  CHECK(file->fd >= 0);
  CHECK_EQ(file->size, kLimit + 1);
  file->Release();
}

TEST("files: a file system that fails is a failure, not an empty file") {
  Site site;
  base::UniqueFd directory(::open(site.mount.root.c_str(), O_RDONLY | O_CLOEXEC));  // reading it fails with EISDIR
  FileStamp stamp;
  REQUIRE(StampOfDescriptor(directory.get(), &stamp));
  stamp.size = 1;
  OpenFile* file = nullptr;
  CHECK_EQ(LoadFile(std::move(directory), &stamp, "a.txt", "", kLimit, &file), OpenStatus::kFailed);
  CHECK(file == nullptr);
}

TEST("files: every part of the stamp and the content count in the tag") {
  const FileStamp stamp{1, 2, 3, 4, 5, 6, 7};
  std::set<std::string> tags = {EntityTag(stamp, ""), EntityTag(stamp, "a"), EntityTag(stamp, "b")};
  FileStamp other = stamp;
  tags.insert((other.device = 9, EntityTag(other, "")));
  other = stamp;
  tags.insert((other.inode = 9, EntityTag(other, "")));
  other = stamp;
  tags.insert((other.size = 9, EntityTag(other, "")));
  other = stamp;
  tags.insert((other.modified_seconds = 9, EntityTag(other, "")));
  other = stamp;
  tags.insert((other.modified_nanoseconds = 9, EntityTag(other, "")));
  other = stamp;
  tags.insert((other.changed_seconds = 9, EntityTag(other, "")));
  other = stamp;
  tags.insert((other.changed_nanoseconds = 9, EntityTag(other, "")));
  CHECK_EQ(tags.size(), 10u);
}

TEST("files: a tag is sixteen hexadecimal digits in quotes") {
  const std::string tag = EntityTag(FileStamp(), "");
  CHECK_EQ(tag.size(), 18u);
  CHECK(tag.front() == '"' && tag.back() == '"');
  CHECK_EQ(tag.find_first_not_of("0123456789abcdef", 1), 17u);
}
