#include "native/compress/encoder.h"

#include "native/compress/encoders.h"

namespace fastserve::compress {

LevelRange LevelsOf(http::Coding coding) {
  switch (coding) {
    case http::Coding::kBrotli: return {1, 11};
    case http::Coding::kZstd: return {1, 19};  // beyond, a decoder may need more than the 8 MiB of RFC 9659
    case http::Coding::kGzip: return {1, 9};
    case http::Coding::kIdentity: break;
  }
  return {0, 0};
}

bool CanEncode(http::Coding coding) {
  switch (coding) {
    case http::Coding::kBrotli: return FindBrotli() != nullptr;
    case http::Coding::kZstd: return FindZstd() != nullptr;
    case http::Coding::kGzip: return FindZlib() != nullptr;
    case http::Coding::kIdentity: break;
  }
  return false;
}

std::unique_ptr<Encoder> MakeEncoder(http::Coding coding, const EncoderOptions& options) {
  if (!CanEncode(coding)) return nullptr;
  switch (coding) {
    case http::Coding::kBrotli: return MakeBrotliEncoder(*FindBrotli(), options);
    case http::Coding::kZstd: return MakeZstdEncoder(*FindZstd(), options);
    case http::Coding::kGzip: return MakeGzipEncoder(*FindZlib(), options);
    case http::Coding::kIdentity: break;
  }
  return nullptr;
}

}  // namespace fastserve::compress
