// A document root in a temporary directory with a handler in front of it, for the tests of native/files.
#pragma once

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "native/base/check.h"
#include "native/files/static_handler.h"

namespace fastserve::files {

// A new directory under $TMPDIR or /tmp, removed with all it holds.
class TemporaryDirectory {
 public:
  TemporaryDirectory() : path_(std::filesystem::temp_directory_path() / "fastserve-files-XXXXXX") {
    FASTSERVE_CHECK(::mkdtemp(path_.data()) != nullptr, "mkdtemp");
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory() { std::filesystem::remove_all(path_); }

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// A request head as the parser would leave it: only what native/files and its helpers read.
class TestRequest {
 public:
  using Fields = std::vector<std::pair<http::FieldId, std::string>>;
  TestRequest(http::Method method, const Fields& fields, const std::string& query = "") {
    head.method = method;
    bytes = "GET /?";
    head.has_query = !query.empty();
    head.query_offset = static_cast<uint16_t>(bytes.size());
    head.query_length = static_cast<uint16_t>(query.size());
    bytes += query + " HTTP/1.1\r\n";
    for (const auto& [id, value] : fields) Add(id, value);
    bytes += "\r\n";
    head.head_length = static_cast<uint32_t>(bytes.size());
  }
  http::RequestHead head{};
  std::string bytes;

 private:
  void Add(http::FieldId id, const std::string& value) {
    http::Field& field = head.fields[head.field_count++];
    field.name_id = static_cast<uint8_t>(id);
    head.known |= http::BitOf(id);
    field.name_offset = static_cast<uint16_t>(bytes.size());
    field.name_length = 1;
    bytes += "n: ";
    field.value_offset = static_cast<uint16_t>(bytes.size());
    field.value_length = static_cast<uint16_t>(value.size());
    bytes += value + "\r\n";
  }
};

// A copy of a FileAnswer with the bytes that a connection would send.
struct Reply {
  FileAnswer::Kind kind;
  uint16_t status;
  std::string fields;
  std::string body;  // of kMemory, kFile and kParts
  uint64_t length;

  // The value of a field, "" when it is absent.
  std::string Field(std::string_view name) const {
    const std::string start = std::string(name) + ": ";
    const std::string block = "\r\n" + fields;
    const size_t at = block.find("\r\n" + start);
    if (at == std::string::npos) return "";
    const size_t value = at + 2 + start.size();
    return block.substr(value, block.find("\r\n", value) - value);
  }
};

class Site {
 public:
  explicit Site(const std::string& prefix = "/static/") {
    mount.prefix = prefix;
    mount.root = directory_.path() + "/root";
    std::filesystem::create_directory(mount.root);
    std::string error;
    FASTSERVE_CHECK(OpenRoot(&mount, &error), error.c_str());
  }

  // The path of `name` in the document root ("../x" is outside of it).
  std::string At(const std::string& name) const { return mount.root + "/" + name; }

  // Writes a file beneath a new name and renames it over `name`, as a deployment does. Makes directories.
  void Write(const std::string& name, std::string_view content) const {
    std::filesystem::create_directories(std::filesystem::path(At(name)).parent_path());
    WriteInPlace(name + "~", content);
    std::filesystem::rename(At(name + "~"), At(name));
  }

  void WriteInPlace(const std::string& name, std::string_view content) const {
    const base::UniqueFd fd(::open(At(name).c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
    FASTSERVE_CHECK(::write(fd.get(), content.data(), content.size()) == static_cast<ssize_t>(content.size()),
                    "write");
  }

  void SetModified(const std::string& name, int64_t seconds) const {
    const timespec times[2] = {{seconds, 0}, {seconds, 0}};
    FASTSERVE_CHECK(::utimensat(AT_FDCWD, At(name).c_str(), times, 0) == 0, "utimensat");
  }

  // The answer to a request, with the content read as a connection would send it.
  Reply Ask(http::Method method, const std::string& path, const TestRequest::Fields& fields = {},
            const std::string& query = "", const FieldOverrides& overrides = {}) {
    const TestRequest request(method, fields, query);
    FileAnswer answer;
    handler.Answer(mount, path, request.head, request.bytes, now_ms, &answer, overrides);
    Reply reply{answer.kind, answer.status, std::string(answer.fields), std::string(answer.memory), answer.length};
    if (answer.kind == FileAnswer::Kind::kFile) reply.body = Read(*answer.file, answer.offset, answer.length);
    for (const FilePart& part : answer.parts) {
      reply.body.append(part.head).append(Read(*answer.file, part.offset, part.length));
    }
    if (answer.file != nullptr) answer.file->Release();
    return reply;
  }
  Reply Get(const std::string& path, const TestRequest::Fields& fields = {}) {
    return Ask(http::Method::kGet, path, fields);
  }

  static std::string Read(const OpenFile& file, uint64_t offset, uint64_t length) {
    if (file.in_memory) return std::string(file.content.substr(offset, length));
    std::string content(length, '\0');
    const ssize_t got = ::pread(file.fd, content.data(), content.size(), static_cast<off_t>(offset));
    content.resize(got < 0 ? 0 : static_cast<size_t>(got));
    return content;
  }

  Mount mount;
  StaticHandler handler;
  int64_t now_ms = 1'000'000;

 private:
  TemporaryDirectory directory_;
};

// The modification time that tests give to files, in seconds and as HTTP says it.
inline constexpr int64_t kModified = 1704164645;
inline constexpr char kModifiedText[] = "Tue, 02 Jan 2024 03:04:05 GMT";

// A site with "range.bin": 1,000 bytes of digits (small) and "large.bin": 20,000 (on its descriptor).
struct RangeSite : Site {
  RangeSite() {
    for (int i = 0; digits.size() < 20'000; ++i) digits += std::to_string(i);
    digits.resize(20'000);
    Write("range.bin", std::string_view(digits).substr(0, 1000));
    Write("large.bin", digits);
    SetModified("range.bin", kModified);
  }
  std::string digits;
};

}  // namespace fastserve::files
