// Writer: what is submitted is written or counted, and nobody waits for it.
#include "native/log/writer.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "native/base/clock.h"
#include "native/base/unique_fd.h"
#include "native/log/record.h"
#include "test/native/testing.h"

using fastserve::base::MonotonicMs;
using fastserve::base::UniqueFd;
using fastserve::log::Record;
using fastserve::log::Writer;

namespace {

class Directory {
 public:
  Directory() { REQUIRE(::mkdtemp(path_) != nullptr); }
  ~Directory() {
    for (const std::string& path : {File(), Old(), Captured()}) ::unlink(path.c_str());
    ::rmdir(path_);
  }
  std::string File() const { return std::string(path_) + "/log"; }
  std::string Old() const { return std::string(path_) + "/log.1"; }
  std::string Captured() const { return std::string(path_) + "/captured"; }

 private:
  char path_[32] = "/tmp/fastserve-access-XXXXXX";
};

std::string Content(const std::string& path) {
  std::ostringstream content;
  content << std::ifstream(path).rdbuf();
  return content.str();
}

std::vector<std::string> Lines(const std::string& content) {
  std::vector<std::string> lines;
  std::istringstream in(content);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

// Puts a file in the place of a standard descriptor of the process for a while.
class Redirected {
 public:
  Redirected(int fd, const std::string& path) : fd_(fd), kept_(::fcntl(fd, F_DUPFD_CLOEXEC, 3)) {
    const UniqueFd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
    ::fflush(nullptr);
    REQUIRE(::dup2(file.get(), fd) == fd);
  }
  ~Redirected() {
    ::fflush(nullptr);
    ::dup2(kept_.get(), fd_);
  }

 private:
  const int fd_;
  const UniqueFd kept_;
};

Record RecordOf(std::string_view target) {
  Record record;
  record.method = "GET";
  record.target = target;
  record.version = "1.1";
  record.status = 200;
  record.lane = "file";
  return record;
}

void Append(Writer& log, Writer::Buffer& buffer, std::string_view target) {
  AppendTextLine(RecordOf(target), buffer.line());
  log.EndLine(buffer);
}

void SubmitOne(Writer& log, std::string_view target) {
  Writer::Buffer buffer;
  Append(log, buffer, target);
  log.Submit(buffer);
}

// Fills the log with lines of about 2 KiB. Returns how many.
uint64_t SubmitMegabytes(Writer& log, int megabytes) {
  const std::string target(2000, 't');
  const uint64_t count = static_cast<uint64_t>(megabytes) * 512;
  Writer::Buffer buffer;
  for (uint64_t i = 0; i < count; ++i) {
    Append(log, buffer, target);
    if (i % 8 == 7) log.Submit(buffer);
  }
  log.Submit(buffer);
  return count;
}

}  // namespace

TEST("Stop writes everything that was submitted before") {
  const Directory directory;
  Writer log(directory.File());
  std::string error;
  REQUIRE(log.Open(&error));
  for (int i = 0; i < 100; ++i) SubmitOne(log, "/" + std::to_string(i));
  log.Stop();
  const auto lines = Lines(Content(directory.File()));
  REQUIRE(lines.size() == 100);
  for (size_t i = 0; i < lines.size(); ++i) {
    CHECK(lines[i].find("\"GET /" + std::to_string(i) + " HTTP/1.1\"") != std::string::npos);
  }
  CHECK_EQ(log.dropped_lines(), 0u);
}

TEST("the destructor stops") {
  const Directory directory;
  {
    Writer log(directory.File());
    std::string error;
    REQUIRE(log.Open(&error));
    SubmitOne(log, "/");
  }
  CHECK(Content(directory.File()).find("\"GET / HTTP/1.1\"") != std::string::npos);
}

TEST("lines are written soon, not only at the end") {
  const Directory directory;
  REQUIRE(::mkfifo(directory.File().c_str(), 0600) == 0);
  const UniqueFd reader(::open(directory.File().c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  Writer log(directory.File());
  std::string error;
  REQUIRE(log.Open(&error));
  SubmitOne(log, "/soon");
  pollfd watched{reader.get(), POLLIN, 0};
  CHECK_EQ(::poll(&watched, 1, 30000), 1);
}

TEST("an appended line is in no file until it is submitted") {
  const Directory directory;
  Writer log(directory.File());
  std::string error;
  REQUIRE(log.Open(&error));
  Writer::Buffer buffer;
  Append(log, buffer, "/");
  log.Stop();
  CHECK_EQ(Content(directory.File()), "");
}

TEST("without a path the log goes to stdout") {
  const Directory directory;
  {
    const Redirected redirected(STDOUT_FILENO, directory.Captured());
    Writer log("");
    std::string error;
    REQUIRE(log.Open(&error));
    log.Reopen();  // means nothing for stdout
    SubmitOne(log, "/stdout");
    log.Stop();
  }
  CHECK_EQ(Lines(Content(directory.Captured())).size(), 1u);
}

TEST("a path that cannot be opened fails with a message that names it") {
  Writer log("/no/such/directory/log");
  std::string error;
  CHECK(!log.Open(&error));
  CHECK_EQ(error, "cannot open the access log /no/such/directory/log: No such file or directory");
}

TEST("nobody reading the log blocks no one, uses bounded memory, and ends with Stop") {
  const Directory directory;
  REQUIRE(::mkfifo(directory.File().c_str(), 0600) == 0);
  uint64_t submitted = 0;
  int64_t stop_took_ms = 0;
  uint64_t dropped = 0;
  {
    const Redirected quiet(STDERR_FILENO, directory.Captured());
    Writer log(directory.File());
    std::string error;
    REQUIRE(log.Open(&error));
    submitted = SubmitMegabytes(log, 4);
    CHECK(log.dropped_lines() >= submitted / 2);  // all but 1 MiB and what the FIFO holds
    const int64_t before = MonotonicMs();
    log.Stop();
    stop_took_ms = MonotonicMs() - before;
    dropped = log.dropped_lines();
  }
  CHECK(stop_took_ms >= Writer::kStopPatienceMs / 2);
  CHECK(stop_took_ms < Writer::kStopPatienceMs * 10);
  CHECK(dropped > submitted / 2);
  CHECK(dropped < submitted);  // what the FIFO took was written
  CHECK(Content(directory.Captured()).find("lines were dropped") != std::string::npos);
}

TEST("every line is either read whole or counted as dropped") {
  const Directory directory;
  const Redirected quiet(STDERR_FILENO, directory.Captured());
  REQUIRE(::mkfifo(directory.File().c_str(), 0600) == 0);
  const UniqueFd reader(::open(directory.File().c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  Writer log(directory.File());
  std::string error;
  REQUIRE(log.Open(&error));
  const uint64_t submitted = SubmitMegabytes(log, 3);
  log.Stop();
  std::string read;
  char bytes[65536];
  for (ssize_t got; (got = ::read(reader.get(), bytes, sizeof bytes)) > 0;) read.append(bytes, static_cast<size_t>(got));
  const auto lines = Lines(read);
  CHECK(!lines.empty());
  CHECK_EQ(lines.size() + log.dropped_lines(), submitted);
  for (const std::string& line : lines) CHECK(line.ends_with(" file - - \"-\""));
}

TEST("a device without room drops, counts, and warns once a minute and once at the end") {
  const Directory directory;
  {
    const Redirected captured(STDERR_FILENO, directory.Captured());
    Writer log("/dev/full");
    std::string error;
    REQUIRE(log.Open(&error));
    for (uint64_t i = 0; i < 5; ++i) {
      SubmitOne(log, "/");
      const int64_t give_up = MonotonicMs() + 30000;
      while (log.dropped_lines() <= i && MonotonicMs() < give_up) std::this_thread::yield();
      CHECK_EQ(log.dropped_lines(), i + 1);
    }
    log.Stop();
  }
  const auto warnings = Lines(Content(directory.Captured()));
  REQUIRE(warnings.size() == 2);
  CHECK_EQ(warnings[0], "fastserve: access log /dev/full: 1 lines were dropped: No space left on device");
  CHECK_EQ(warnings[1], "fastserve: access log /dev/full: 4 lines were dropped: No space left on device");
}

TEST("what is submitted after Stop is counted as dropped") {
  const Directory directory;
  Writer log(directory.File());
  std::string error;
  REQUIRE(log.Open(&error));
  log.Stop();
  SubmitOne(log, "/late");
  log.Stop();
  CHECK_EQ(log.dropped_lines(), 1u);
  CHECK_EQ(Content(directory.File()), "");
}

TEST("a rotation loses no line, and what follows Reopen is in the new file") {
  const Directory directory;
  Writer log(directory.File());
  std::string error;
  REQUIRE(log.Open(&error));
  for (int i = 0; i < 50; ++i) SubmitOne(log, "/before");
  REQUIRE(::rename(directory.File().c_str(), directory.Old().c_str()) == 0);
  for (int i = 0; i < 50; ++i) SubmitOne(log, "/between");
  log.Reopen();
  for (int i = 0; i < 50; ++i) SubmitOne(log, "/after");
  log.Stop();
  const std::string old_file = Content(directory.Old());
  const std::string new_file = Content(directory.File());
  CHECK_EQ(Lines(old_file).size() + Lines(new_file).size(), 150u);
  CHECK(old_file.find("/after") == std::string::npos);
  CHECK(new_file.find("/after") != std::string::npos);
}

TEST("a rotation that fails says so and goes on in the old file") {
  const Directory directory;
  {
    const Redirected captured(STDERR_FILENO, directory.Captured());
    Writer log(directory.File());
    std::string error;
    REQUIRE(log.Open(&error));
    REQUIRE(::rename(directory.File().c_str(), directory.Old().c_str()) == 0);
    REQUIRE(::mkdir(directory.File().c_str(), 0700) == 0);
    log.Reopen();
    SubmitOne(log, "/");
    log.Stop();
  }
  ::rmdir(directory.File().c_str());
  CHECK_EQ(Lines(Content(directory.Old())).size(), 1u);
  CHECK_EQ(Content(directory.Captured()), "fastserve: access log cannot reopen " + directory.File() +
                                              ", the old file goes on: Is a directory\n");
}

TEST("four threads submit while the log is rotated: each line arrives once and whole, in the order of its thread") {
  constexpr int kThreads = 4;
  constexpr int kTurns = 2000;
  const Directory directory;
  Writer log(directory.File());
  std::string error;
  REQUIRE(log.Open(&error));
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&log, t] {
      Writer::Buffer buffer;
      for (int i = 0; i < kTurns; ++i) {
        Append(log, buffer, "/" + std::to_string(t) + "/" + std::to_string(i));
        if (i % 3 == 0) log.Submit(buffer);
      }
      log.Submit(buffer);
    });
  }
  REQUIRE(::rename(directory.File().c_str(), directory.Old().c_str()) == 0);
  log.Reopen();
  for (std::thread& thread : threads) thread.join();
  log.Stop();
  int next[kThreads] = {};
  for (const std::string& line : Lines(Content(directory.Old()) + Content(directory.File()))) {
    int t = -1;
    int i = -1;
    const size_t at = line.find("GET /");
    REQUIRE(at != std::string::npos);
    REQUIRE(::sscanf(line.c_str() + at, "GET /%d/%d HTTP/1.1", &t, &i) == 2);
    REQUIRE(t >= 0 && t < kThreads);
    CHECK_EQ(i, next[t]++);
  }
  for (const int count : next) CHECK_EQ(count, kTurns);
  CHECK_EQ(log.dropped_lines(), 0u);
}
