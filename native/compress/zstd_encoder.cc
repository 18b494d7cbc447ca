// zstd by the library of that name (RFC 8878), with windows of at most 8 MiB as RFC 9659 asks.
#include "native/compress/encoders.h"

namespace fastserve::compress {
namespace {

// Enumerations of zstd.h.
constexpr int kParameterLevel = 100;

class ZstdEncoder final : public Encoder {
 public:
  ZstdEncoder(const Zstd& library, ZstdContext* context) : library_(library), context_(context) {}
  ZstdEncoder(const ZstdEncoder&) = delete;
  ZstdEncoder& operator=(const ZstdEncoder&) = delete;
  ~ZstdEncoder() override { library_.free(context_); }

  bool Encode(std::string_view input, Flush flush, std::string* output) override {
    ZstdInput in{input.data(), input.size(), 0};
    size_t left;  // bytes that the library still holds; for kNone only a hint
    do {
      const size_t before = output->size();
      output->resize(before + kOutputStepBytes);
      ZstdOutput out{output->data() + before, kOutputStepBytes, 0};
      left = library_.compress_stream(context_, &out, &in, OperationOf(flush));
      output->resize(before + out.position);
      if (library_.is_error(left)) return false;
    } while (in.position < in.size || (flush != Flush::kNone && left > 0));
    return true;
  }

 private:
  const Zstd& library_;
  ZstdContext* const context_;
};

}  // namespace

std::unique_ptr<Encoder> MakeZstdEncoder(const Zstd& library, const EncoderOptions& options) {
  ZstdContext* const context = library.create();
  if (context == nullptr) return nullptr;
  auto encoder = std::make_unique<ZstdEncoder>(library, context);
  if (library.is_error(library.set_parameter(context, kParameterLevel, options.level))) return nullptr;
  if (options.content_bytes > 0 && library.is_error(library.set_content_size(context, options.content_bytes))) return nullptr;
  return encoder;
}

}  // namespace fastserve::compress
