#include "native/files/cache/made_forms.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <utility>

#include "native/files/mount.h"
#include "native/files/names/precompressed.h"
#include "native/http/fields/cache_control.h"

namespace fastserve::files {
namespace {

constexpr size_t kPieceBytes = 64 << 10;

// Content that is held in memory.
class MemorySource final : public compress::Source {
 public:
  explicit MemorySource(std::shared_ptr<const std::string> content) : content_(std::move(content)) {}
  Status Read(std::string_view* piece) override {
    *piece = *content_;
    return Status::kEnd;
  }
  uint64_t size_bytes() const override { return content_->size(); }

 private:
  const std::shared_ptr<const std::string> content_;
};

// The version `stamp` of a file, which must be settled: a write that comes while it is read changes the stamp.
class DescriptorSource final : public compress::Source {
 public:
  DescriptorSource(base::UniqueFd fd, const FileStamp& stamp) : fd_(std::move(fd)), stamp_(stamp) {}

  Status Read(std::string_view* piece) override {
    buffer_.resize(std::min<uint64_t>(kPieceBytes, stamp_.size - offset_));
    ssize_t got;
    do {
      got = ::pread(fd_.get(), buffer_.data(), buffer_.size(), static_cast<off_t>(offset_));
    } while (got < 0 && errno == EINTR);
    if (got < 0 || (got == 0 && offset_ < stamp_.size)) return Status::kFailed;
    offset_ += static_cast<uint64_t>(got);
    *piece = std::string_view(buffer_).substr(0, static_cast<size_t>(got));
    if (offset_ < stamp_.size) return Status::kPiece;
    FileStamp now;
    return StampOfDescriptor(fd_.get(), &now) && now == stamp_ ? Status::kEnd : Status::kFailed;
  }
  uint64_t size_bytes() const override { return stamp_.size; }

 private:
  const base::UniqueFd fd_;
  const FileStamp stamp_;
  std::string buffer_;
  uint64_t offset_ = 0;
};

// nullptr when it has to wait: the stamp is too fresh, or there is no descriptor to spare.
std::unique_ptr<compress::Source> MakeSource(const OpenFile& file, const FileStamp& stamp) {
  if (file.in_memory) return std::make_unique<MemorySource>(file.memory);
  if (!IsSettled(stamp)) return nullptr;
  base::UniqueFd fd(::fcntl(file.fd, F_DUPFD_CLOEXEC, 0));
  if (!fd.valid()) return nullptr;
  return std::make_unique<DescriptorSource>(std::move(fd), stamp);
}

// The tag covers content in memory, which may be younger than its stamp tells.
std::string NameOf(const FileStamp& stamp, const OpenFile& file) {
  std::string name(reinterpret_cast<const char*>(&stamp), sizeof stamp);
  return name.append(file.etag);
}

}  // namespace

bool IsCodable(const Mount& mount, std::string_view name, const Presentation& presentation, uint64_t size_bytes) {
  return mount.maker != nullptr && !HasCodingSuffix(name) &&
         mount.maker->policy().Covers(presentation.content_type, size_bytes) &&
         !http::HasDirective(presentation.cache_control, "no-transform");
}

MadeForms::MadeForms(compress::VariantMaker& maker, const FileStamp& stamp, const Presentation& presentation,
                     const OpenFile& file)
    : maker_(maker), stamp_(stamp), presentation_(presentation), source_(NameOf(stamp, file)) {}

MadeForms::~MadeForms() {
  for (const Form& form : forms_) {
    if (form.file != nullptr) form.file->Release();
  }
}

OpenFile* MadeForms::Find(http::Coding coding, const OpenFile& file, bool asks) {
  Form& form = forms_[static_cast<size_t>(coding)];
  if (form.file != nullptr || form.is_useless) return form.file;
  const compress::VariantKey key{source_, coding};
  const compress::VariantStore::Found found = maker_.Find(key);
  switch (found.state) {
    case compress::VariantState::kReady: {
      Presentation presentation = presentation_;
      presentation.coding = coding;
      form.file = MakeCodedFile(stamp_, found.variant, presentation);
      memory_bytes_ += form.file->content.size();
      break;
    }
    case compress::VariantState::kUseless: form.is_useless = true; break;
    case compress::VariantState::kAbsent:
      if (asks) Ask(key, file);
      break;
    case compress::VariantState::kPending: break;
  }
  return form.file;
}

void MadeForms::Ask(const compress::VariantKey& key, const OpenFile& file) {
  std::unique_ptr<compress::Source> source = MakeSource(file, stamp_);
  if (source != nullptr) maker_.Request(key, std::move(source));
}

}  // namespace fastserve::files
