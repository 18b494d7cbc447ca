// Where stored bytes lie, and what becomes of their memory.
#include "native/cache/content.h"

#include <sys/resource.h>
#include <sys/stat.h>

#include <string>

#include "test/native/testing.h"

namespace fastserve::cache {
namespace {

// Bytes that tell where they are.
std::string Pattern(size_t size) {
  std::string bytes;
  for (size_t i = 0; bytes.size() < size; ++i) bytes += std::to_string(i) + ' ';
  bytes.resize(size);
  return bytes;
}

size_t MemoryOf(const ContentFile& file) {
  struct stat status;
  return ::fstat(file.fd(), &status) == 0 ? static_cast<size_t>(status.st_blocks) * 512 : SIZE_MAX;
}

std::string ReadAll(const Content& content) {
  std::string all, piece;
  while (all.size() < content.size() && content.Read(all.size(), 7001, &piece)) all += piece;
  return all;
}

TEST("small contents are in memory, and larger ones in the file") {
  const std::shared_ptr<ContentFile> file = ContentFile::Make();
  REQUIRE(file != nullptr);
  const Content small(Pattern(Content::kMostInMemory), file);
  const Content large(Pattern(Content::kMostInMemory + 1), file);
  CHECK(!small.is_in_file());
  CHECK_EQ(small.memory(), Pattern(Content::kMostInMemory));
  CHECK(large.is_in_file());
  CHECK_EQ(ReadAll(large), Pattern(Content::kMostInMemory + 1));
  CHECK_EQ(ReadAll(small), Pattern(Content::kMostInMemory));
  CHECK_EQ(large.Weight() % 4096, 0u);
  CHECK(large.Weight() > large.size());
}

TEST("contents of the file are apart, and their memory is given back with them") {
  const std::shared_ptr<ContentFile> file = ContentFile::Make();
  REQUIRE(file != nullptr);
  const size_t empty = MemoryOf(*file);
  {
    auto first = std::make_unique<Content>(std::string(100'000, 'a'), file);
    const Content second(std::string(50'000, 'b'), file);
    first.reset();
    const Content third(std::string(70'000, 'c'), file);
    CHECK_EQ(ReadAll(second), std::string(50'000, 'b'));
    CHECK_EQ(ReadAll(third), std::string(70'000, 'c'));
    CHECK_EQ(MemoryOf(*file), empty + second.Weight() + third.Weight());
  }
  CHECK_EQ(MemoryOf(*file), empty);
}

TEST("there is no file where files may not grow without end") {
  rlimit before;
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
  const rlimit limited{1u << 30, before.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &limited) == 0);
  const std::shared_ptr<ContentFile> file = ContentFile::Make();
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);
  CHECK(file == nullptr);
}

TEST("without a file contents of every size are in memory") {
  const Content content(Pattern(100'000), nullptr);
  CHECK(!content.is_in_file());
  CHECK_EQ(content.Weight(), 100'000u);
  CHECK_EQ(ReadAll(content), Pattern(100'000));
}

TEST("what lies behind the end of a content is not read") {
  const Content content("abc", nullptr);
  std::string piece = "x";
  CHECK(content.Read(2, 10, &piece));
  CHECK_EQ(piece, "c");
  CHECK(content.Read(7, 10, &piece));
  CHECK(piece.empty());
}

}  // namespace
}  // namespace fastserve::cache
