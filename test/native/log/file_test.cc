// File on files, FIFOs and devices that refuse.
#include "native/log/file.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <string>

#include "test/native/testing.h"

using fastserve::base::UniqueFd;
using fastserve::log::File;

namespace {

class Directory {
 public:
  Directory() { REQUIRE(::mkdtemp(path_) != nullptr); }
  ~Directory() {
    ::unlink(File().c_str());
    ::rmdir(path_);
  }
  std::string File() const { return std::string(path_) + "/log"; }
  std::string path() const { return path_; }

 private:
  char path_[32] = "/tmp/fastserve-logfile-XXXXXX";
};

std::string Content(const std::string& path) {
  std::ostringstream content;
  content << std::ifstream(path).rdbuf();
  return content.str();
}

std::string ReadAll(const UniqueFd& fd) {
  std::string all;
  char bytes[65536];
  for (ssize_t got; (got = ::read(fd.get(), bytes, sizeof bytes)) > 0;) all.append(bytes, static_cast<size_t>(got));
  return all;
}

bool Never() { return false; }

}  // namespace

TEST("lines are appended to what the file has, and a new file is not the world's to read") {
  const Directory directory;
  std::ofstream(directory.File()) << "old\n";
  File file(directory.File());
  REQUIRE(file.Open() == 0);
  int error = 0;
  CHECK_EQ(file.Write("new\n", Never, &error), 4u);
  CHECK_EQ(error, 0);
  CHECK_EQ(Content(directory.File()), "old\nnew\n");
  ::unlink(directory.File().c_str());
  REQUIRE(file.Open() == 0);
  struct stat status {};
  REQUIRE(::stat(directory.File().c_str(), &status) == 0);
  CHECK_EQ(status.st_mode & 0007, 0u);
}

TEST("a path that cannot be opened is an errno, and what was open stays open") {
  const Directory directory;
  File missing(directory.path() + "/no/log");
  CHECK_EQ(missing.Open(), ENOENT);
  File is_directory(directory.path());
  CHECK_EQ(is_directory.Open(), EISDIR);

  File file(directory.File());
  REQUIRE(file.Open() == 0);
  REQUIRE(::unlink(directory.File().c_str()) == 0);
  REQUIRE(::mkdir(directory.File().c_str(), 0700) == 0);
  CHECK_EQ(file.Open(), EISDIR);
  int error = 0;
  CHECK_EQ(file.Write("line\n", Never, &error), 5u);
  ::rmdir(directory.File().c_str());
}

TEST("opening a FIFO without a reader does not wait, and keeps lines for the reader to come") {
  const Directory directory;
  REQUIRE(::mkfifo(directory.File().c_str(), 0600) == 0);
  File file(directory.File());
  REQUIRE(file.Open() == 0);
  int error = 0;
  CHECK_EQ(file.Write("kept\n", Never, &error), 5u);
  const UniqueFd reader(::open(directory.File().c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  CHECK_EQ(ReadAll(reader), "kept\n");
}

TEST("a FIFO that nobody reads takes whole lines until it is full, then the wait ends when it is asked to") {
  const Directory directory;
  REQUIRE(::mkfifo(directory.File().c_str(), 0600) == 0);
  File file(directory.File());
  REQUIRE(file.Open() == 0);
  std::string lines;
  while (lines.size() < 500000) lines += "line " + std::to_string(lines.size()) + "\n";
  int asked = 0;
  int error = 0;
  const size_t taken = file.Write(lines, [&] { return ++asked < 3; }, &error);
  CHECK_EQ(asked, 3);
  CHECK_EQ(error, ETIMEDOUT);
  CHECK(taken > 0);
  CHECK(taken < lines.size());
  CHECK_EQ(lines[taken - 1], '\n');
  const UniqueFd reader(::open(directory.File().c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  CHECK(ReadAll(reader) == lines.substr(0, taken));
}

TEST("a FIFO whose reader went away is EPIPE") {
  const Directory directory;
  const auto before = ::signal(SIGPIPE, SIG_IGN);
  REQUIRE(::mkfifo(directory.File().c_str(), 0600) == 0);
  UniqueFd reader(::open(directory.File().c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  File file(directory.File());
  REQUIRE(file.Open() == 0);
  reader.Reset();
  int error = 0;
  CHECK_EQ(file.Write("line\n", Never, &error), 0u);
  CHECK_EQ(error, EPIPE);
  ::signal(SIGPIPE, before);
}

TEST("a line that an error cut short is ended before the next one") {
  const Directory directory;
  REQUIRE(::mkfifo(directory.File().c_str(), 0600) == 0);
  const UniqueFd reader(::open(directory.File().c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  File file(directory.File());
  REQUIRE(file.Open() == 0);
  const std::string endless(200000, 'x');
  int error = 0;
  const size_t taken = file.Write(endless + "\n", Never, &error);
  CHECK_EQ(error, ETIMEDOUT);
  CHECK(taken > 0);
  CHECK_EQ(ReadAll(reader), endless.substr(0, taken));
  CHECK_EQ(file.Write("next\n", Never, &error), 5u);
  CHECK_EQ(file.Write("last\n", Never, &error), 5u);
  CHECK_EQ(ReadAll(reader), "\nnext\nlast\n");
}

TEST("a full device is ENOSPC") {
  File file("/dev/full");
  REQUIRE(file.Open() == 0);
  int error = 0;
  CHECK_EQ(file.Write("line\n", Never, &error), 0u);
  CHECK_EQ(error, ENOSPC);
}
