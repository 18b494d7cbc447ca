// The bytes of a stored response, in one coding or none: small ones in memory of the process, where they are copied behind their head,
// larger ones in the store's file, from which they are sent. Immutable, any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "native/cache/content_file.h"

namespace fastserve::cache {

class Content {
 public:
  // As large as what files::FileCache keeps in memory: what is larger costs less by sendfile.
  static constexpr size_t kMostInMemory = 16384;

  // `file` null, or full: larger contents are in memory, too.
  Content(std::string bytes, const std::shared_ptr<ContentFile>& file);
  Content(const Content&) = delete;
  Content& operator=(const Content&) = delete;
  ~Content();

  size_t size() const { return size_; }
  // Whether fd() and offset() say where the bytes are; memory() does otherwise.
  bool is_in_file() const { return file_ != nullptr; }
  std::string_view memory() const { return memory_; }
  int fd() const { return file_->fd(); }
  uint64_t offset() const { return offset_; }
  // Replaces *piece by up to `most` bytes from `at` on. False when the file cannot be read.
  bool Read(size_t at, size_t most, std::string* piece) const;
  // The memory that it takes.
  size_t Weight() const { return file_ == nullptr ? memory_.size() : file_->PagesOf(size_); }

 private:
  std::string memory_;
  std::shared_ptr<ContentFile> file_;  // null: in memory
  uint64_t offset_ = 0;
  size_t size_;
};

}  // namespace fastserve::cache
