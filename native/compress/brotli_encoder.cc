// br by brotli's encoder (RFC 7932).
#include <algorithm>
#include <limits>

#include "native/compress/encoders.h"

namespace fastserve::compress {
namespace {

// Enumerations of brotli/encode.h.
constexpr int kParameterQuality = 1;
constexpr int kParameterSizeHint = 5;

class BrotliEncoder final : public Encoder {
 public:
  BrotliEncoder(const Brotli& library, BrotliState* state) : library_(library), state_(state) {}
  BrotliEncoder(const BrotliEncoder&) = delete;
  BrotliEncoder& operator=(const BrotliEncoder&) = delete;
  ~BrotliEncoder() override { library_.destroy(state_); }

  // Output stays in the encoder's own buffers until it is taken, so no room is guessed.
  bool Encode(std::string_view input, Flush flush, std::string* output) override {
    auto next_in = reinterpret_cast<const uint8_t*>(input.data());
    size_t available_in = input.size();
    do {
      size_t no_room = 0;
      uint8_t* nowhere = nullptr;
      const int taken = library_.compress_stream(state_, OperationOf(flush), &available_in, &next_in, &no_room, &nowhere,
                                                 nullptr);
      if (!taken) return false;
      TakeOutput(output);
    } while (available_in > 0 || library_.has_more_output(state_));
    return true;
  }

 private:
  void TakeOutput(std::string* output) {
    while (library_.has_more_output(state_)) {
      size_t size = 0;  // any
      const uint8_t* bytes = library_.take_output(state_, &size);
      output->append(reinterpret_cast<const char*>(bytes), size);
    }
  }

  const Brotli& library_;
  BrotliState* const state_;
};

}  // namespace

std::unique_ptr<Encoder> MakeBrotliEncoder(const Brotli& library, const EncoderOptions& options) {
  BrotliState* const state = library.create(nullptr, nullptr, nullptr);
  if (state == nullptr) return nullptr;
  constexpr uint64_t kMostHint = std::numeric_limits<uint32_t>::max();
  library.set_parameter(state, kParameterQuality, static_cast<uint32_t>(options.level));
  library.set_parameter(state, kParameterSizeHint, static_cast<uint32_t>(std::min(options.content_bytes, kMostHint)));
  return std::make_unique<BrotliEncoder>(library, state);
}

}  // namespace fastserve::compress
