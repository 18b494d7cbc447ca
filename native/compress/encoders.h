// The encoders behind MakeEncoder, one for each library. Any thread.
#pragma once

#include <cstddef>
#include <memory>

#include "native/compress/encoder.h"
#include "native/compress/libraries.h"

namespace fastserve::compress {

// Room that is added to an output at a time.
constexpr size_t kOutputStepBytes = 16 << 10;

// brotli and zstd number their operations alike (brotli/encode.h, zstd.h).
constexpr int OperationOf(Flush flush) {
  switch (flush) {
    case Flush::kNone: return 0;
    case Flush::kSync: return 1;
    case Flush::kFinish: return 2;
  }
  return 0;
}

// Each: nullptr without memory.
std::unique_ptr<Encoder> MakeGzipEncoder(const Zlib& library, const EncoderOptions& options);
std::unique_ptr<Encoder> MakeBrotliEncoder(const Brotli& library, const EncoderOptions& options);
std::unique_ptr<Encoder> MakeZstdEncoder(const Zstd& library, const EncoderOptions& options);

}  // namespace fastserve::compress
