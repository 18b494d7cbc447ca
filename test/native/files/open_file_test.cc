#include "native/files/representation/open_file.h"

#include <set>

#include "test/native/files/site.h"
#include "test/native/testing.h"

using namespace fastserve;
using namespace fastserve::files;

namespace {

constexpr size_t kLimit = 16'384;
constexpr Presentation kText = {"text/plain", "", "", http::Coding::kIdentity, ""};

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
  REQUIRE(LoadFile(std::move(opened.fd), &opened.stamp, kText, kLimit, &file) == OpenStatus::kOpened);
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
  REQUIRE(LoadFile(std::move(opened.fd), &opened.stamp, kText, kLimit, &file) == OpenStatus::kOpened);
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
  CHECK_EQ(LoadFile(std::move(directory), &stamp, kText, kLimit, &file), OpenStatus::kFailed);
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

TEST("files: the tag of coded content names the coding") {
  const FileStamp stamp{1, 2, 3, 4, 5, 6, 7};
  const std::string plain = EntityTag(stamp, "a");
  const std::string coded = EntityTag(stamp, "a", http::Coding::kBrotli);
  CHECK_EQ(coded, plain.substr(0, 17) + "-br\"");
}

TEST("files: content made in memory has a tag by its bytes and no date") {
  OpenFile* const one = MakeFile("one", kText);
  OpenFile* const two = MakeFile("two", kText);
  CHECK(one->in_memory && one->size == 3 && one->fd == -1);
  CHECK(one->etag != two->etag);
  CHECK(one->fields.find("Last-Modified") == std::string::npos);
  one->Release();
  two->Release();
}

TEST("files: an error page says nothing that lets a client keep or continue it") {
  OpenFile* const file = MakeFile("page", {"text/html", "max-age=60", "Accept-Encoding", http::Coding::kGzip, ""});
  std::string fields;
  AppendFileFields(FieldBlock::kErrorPage, *file, "X-A: b\r\n", {}, &fields);
  CHECK_EQ(fields,
           "Content-Type: text/html\r\nContent-Encoding: gzip\r\nVary: Accept-Encoding\r\n"
           "X-Content-Type-Options: nosniff\r\nX-A: b\r\n");
  file->Release();
}

TEST("files: what an application says replaces the type and the cache rule and is added behind") {
  OpenFile* const file = MakeFile("page", {"text/html", "max-age=60", "", http::Coding::kIdentity, ""});
  std::string fields;
  const FieldOverrides overrides{"Cache-Control: private\r\nSet-Cookie: a=b\r\n", "application/pdf", true};
  AppendFileFields(FieldBlock::kContent, *file, "", overrides, &fields);
  CHECK_EQ(fields, "Content-Type: application/pdf\r\nETag: " + file->etag +
                       "\r\nAccept-Ranges: bytes\r\nX-Content-Type-Options: nosniff\r\n"
                       "Cache-Control: private\r\nSet-Cookie: a=b\r\n");
  file->Release();
}
