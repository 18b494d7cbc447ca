// gzip by zlib's deflate (RFC 1952, 1951). The same content at the same level gives the same bytes: the header has no time.
#include <limits>

#include "native/compress/encoders.h"

namespace fastserve::compress {
namespace {

// Constants of zlib.h.
constexpr int kMethodDeflate = 8;
constexpr int kGzipWindowBits = 15 + 16;  // the largest window, with gzip's header and trailer
constexpr int kMemoryLevel = 9;
constexpr int kDefaultStrategy = 0;
constexpr char kVersion[] = "1";  // of the interface: only the first character is compared
constexpr int kOk = 0;
constexpr int kStreamEnd = 1;
constexpr int kBufferError = -5;  // nothing was left to do

constexpr int DeflateFlushOf(Flush flush) {
  switch (flush) {
    case Flush::kNone: return 0;
    case Flush::kSync: return 2;
    case Flush::kFinish: return 4;
  }
  return 0;
}

class GzipEncoder final : public Encoder {
 public:
  explicit GzipEncoder(const Zlib& library) : library_(library) {}
  GzipEncoder(const GzipEncoder&) = delete;
  GzipEncoder& operator=(const GzipEncoder&) = delete;
  ~GzipEncoder() override {
    if (started_) library_.deflate_end(&stream_);
  }

  bool Start(int level) {
    started_ = library_.deflate_init(&stream_, level, kMethodDeflate, kGzipWindowBits, kMemoryLevel, kDefaultStrategy,
                                     kVersion, static_cast<int>(sizeof stream_)) == kOk;
    return started_;
  }

  bool Encode(std::string_view input, Flush flush, std::string* output) override {
    constexpr size_t kMost = std::numeric_limits<unsigned>::max();
    for (; input.size() > kMost; input.remove_prefix(kMost)) {
      if (!EncodePiece(input.substr(0, kMost), Flush::kNone, output)) return false;
    }
    return EncodePiece(input, flush, output);
  }

 private:
  bool EncodePiece(std::string_view input, Flush flush, std::string* output) {
    stream_.next_in = reinterpret_cast<const uint8_t*>(input.data());
    stream_.avail_in = static_cast<unsigned>(input.size());
    int result;
    do {
      const size_t before = output->size();
      output->resize(before + kOutputStepBytes);
      stream_.next_out = reinterpret_cast<uint8_t*>(output->data() + before);
      stream_.avail_out = kOutputStepBytes;
      result = library_.deflate(&stream_, DeflateFlushOf(flush));
      output->resize(output->size() - stream_.avail_out);
      if (result != kOk && result != kStreamEnd && result != kBufferError) return false;
    } while (stream_.avail_out == 0);  // a full buffer: there may be more
    return flush != Flush::kFinish || result == kStreamEnd;
  }

  const Zlib& library_;
  ZlibStream stream_{};
  bool started_ = false;
};

}  // namespace

std::unique_ptr<Encoder> MakeGzipEncoder(const Zlib& library, const EncoderOptions& options) {
  auto encoder = std::make_unique<GzipEncoder>(library);
  if (!encoder->Start(options.level)) return nullptr;
  return encoder;
}

}  // namespace fastserve::compress
