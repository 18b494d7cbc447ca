#include "native/files/representation/open_file.h"

#include <unistd.h>

#include <cstdio>
#include <memory>
#include <type_traits>
#include <utility>

#include "native/base/check.h"
#include "native/base/clock.h"
#include "native/base/hash.h"
#include "native/files/representation/file_pages.h"
#include "native/http/grammar/date.h"

namespace fastserve::files {
namespace {

// `content` becomes what `file` is.
void Hold(std::shared_ptr<const std::string> content, OpenFile* file) {
  file->content = *content;
  file->memory = std::move(content);
  file->in_memory = true;
}

// The time for Last-Modified, unless it must not be sent: RFC 9110 8.8.2.1 forbids one that is later than Date.
void SetModified(const FileStamp& stamp, OpenFile* file) {
  if (stamp.modified_seconds < 0 || stamp.modified_seconds > base::WallSeconds()) return;
  file->modified_seconds = stamp.modified_seconds;
  file->modified_text.resize(http::kImfFixdateLength);
  http::FormatImfFixdate(stamp.modified_seconds, file->modified_text.data());
}

void AppendField(std::string_view name, std::string_view value, std::string* fields) {
  fields->append(name).append(": ").append(value).append("\r\n");
}

void AppendValidators(const OpenFile& file, bool with_cache_control, std::string* fields) {
  AppendField("ETag", file.etag, fields);
  if (!file.modified_text.empty()) AppendField("Last-Modified", file.modified_text, fields);
  if (with_cache_control && !file.cache_control.empty()) AppendField("Cache-Control", file.cache_control, fields);
}

// `content_hash` stands for the content held in memory.
std::string TagOf(const FileStamp& stamp, uint64_t content_hash, http::Coding coding) {
  static_assert(std::has_unique_object_representations_v<FileStamp>, "padding would make the hash random");
  const std::string_view bytes(reinterpret_cast<const char*>(&stamp), sizeof(stamp));
  const uint64_t hash = base::HashBytes(bytes, content_hash);
  char digits[16 + 1];
  std::snprintf(digits, sizeof(digits), "%016llx", static_cast<unsigned long long>(hash));
  std::string tag = std::string("\"") + digits;
  if (coding != http::Coding::kIdentity) tag.append("-").append(http::CodingName(coding));
  return tag + '"';
}

// Takes over what is said about `file` and builds the blocks that every request for it shares.
void Present(const Presentation& presentation, OpenFile* file) {
  file->content_type = presentation.content_type;
  file->cache_control = presentation.cache_control;
  file->vary = presentation.vary;
  file->coding = presentation.coding;
  AppendFileFields(FieldBlock::kContent, *file, presentation.mount_fields, {}, &file->fields);
  AppendFileFields(FieldBlock::kNotModified, *file, presentation.mount_fields, {}, &file->validator_fields);
}

}  // namespace

void AppendFileFields(FieldBlock block, const OpenFile& file, std::string_view mount_fields,
                      const FieldOverrides& overrides, std::string* fields) {
  const bool describes_content = block != FieldBlock::kNotModified;
  const bool is_representation = block != FieldBlock::kErrorPage;
  if (describes_content && block != FieldBlock::kMultipart) {
    AppendField("Content-Type", overrides.content_type.empty() ? file.content_type : overrides.content_type, fields);
  }
  if (describes_content && file.coding != http::Coding::kIdentity) {
    AppendField("Content-Encoding", http::CodingName(file.coding), fields);
  }
  if (is_representation) AppendValidators(file, !overrides.has_cache_control, fields);
  if (!file.vary.empty()) AppendField("Vary", file.vary, fields);
  if (describes_content && is_representation) fields->append("Accept-Ranges: bytes\r\n");
  if (describes_content) fields->append("X-Content-Type-Options: nosniff\r\n");
  fields->append(mount_fields).append(overrides.fields);
}

OpenStatus LoadFile(base::UniqueFd fd, FileStamp* stamp, const Presentation& presentation, size_t memory_limit_bytes,
                    OpenFile** file) {
  FileRead read = ReadFile(std::move(fd), *stamp, memory_limit_bytes);
  if (read.status != OpenStatus::kOpened) return read.status;
  *stamp = read.stamp;
  *file = MakeReadFile(std::move(read), presentation);
  return OpenStatus::kOpened;
}

OpenFile* MakeReadFile(FileRead read, const Presentation& presentation) {
  auto made = std::make_unique<OpenFile>();
  if (read.content != nullptr) Hold(std::move(read.content), made.get());
  made->size = read.stamp.size;
  made->changed_seconds = read.stamp.changed_seconds;
  SetModified(read.stamp, made.get());
  made->etag = EntityTag(read.stamp, made->content, presentation.coding);
  Present(presentation, made.get());
  made->fd = read.fd.Release();
  return made.release();
}

OpenFile* MakeFile(std::string content, const Presentation& presentation) {
  auto made = std::make_unique<OpenFile>();
  made->size = content.size();
  made->etag = EntityTag(FileStamp(), content, presentation.coding);
  Hold(std::make_shared<const std::string>(std::move(content)), made.get());
  Present(presentation, made.get());
  return made.release();
}

OpenFile* MakeCodedFile(const FileStamp& stamp, const std::shared_ptr<const compress::Variant>& variant,
                        const Presentation& presentation) {
  auto made = std::make_unique<OpenFile>();
  made->size = variant->bytes.size();
  SetModified(stamp, made.get());
  made->etag = TagOf(stamp, variant->hash, presentation.coding);
  Hold(std::shared_ptr<const std::string>(variant, &variant->bytes), made.get());
  Present(presentation, made.get());
  return made.release();
}

std::string EntityTag(const FileStamp& stamp, std::string_view content, http::Coding coding) {
  constexpr uint64_t kSeed = 0x66617374;  // constant: every I/O thread must give a file the same tag
  return TagOf(stamp, base::HashBytes(content, kSeed), coding);
}

OpenFile::OpenFile() = default;
OpenFile::~OpenFile() = default;

void OpenFile::Release() {
  FASTSERVE_CHECK(references_ > 0, "an OpenFile was released more often than it was retained");
  if (--references_ > 0) return;
  if (fd >= 0) ::close(fd);
  delete this;
}

}  // namespace fastserve::files
