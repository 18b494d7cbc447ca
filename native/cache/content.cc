#include "native/cache/content.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace fastserve::cache {

Content::Content(std::string bytes, const std::shared_ptr<ContentFile>& file) : size_(bytes.size()) {
  if (size_ > kMostInMemory && file != nullptr) {
    if (const std::optional<uint64_t> offset = file->Put(bytes)) {
      file_ = file;
      offset_ = *offset;
      return;
    }
  }
  bytes.shrink_to_fit();  // it grew by doubling, and stays
  memory_ = std::move(bytes);
}

Content::~Content() {
  if (file_ != nullptr) file_->GiveBack(offset_, size_);
}

bool Content::Read(size_t at, size_t most, std::string* piece) const {
  const size_t length = std::min(most, size_ - std::min(at, size_));
  if (file_ == nullptr) {
    piece->assign(memory_, std::min(at, size_), length);
    return true;
  }
  piece->resize(length);
  for (size_t read = 0; read < length;) {
    const ssize_t got = ::pread(fd(), piece->data() + read, length - read, static_cast<off_t>(offset_ + at + read));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    read += static_cast<size_t>(got);
  }
  return true;
}

}  // namespace fastserve::cache
