// Decoders that are not ours, for the tests of native/compress: what a client would do.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "native/compress/encoder.h"
#include "native/compress/libraries.h"

// The parts of zlib.h, brotli/decode.h and zstd.h that the tests link.
extern "C" {
int inflateInit2_(fastserve::compress::ZlibStream*, int window_bits, const char* version, int stream_bytes);
int inflate(fastserve::compress::ZlibStream*, int flush);
int inflateEnd(fastserve::compress::ZlibStream*);
struct BrotliDecoderStateStruct;
BrotliDecoderStateStruct* BrotliDecoderCreateInstance(void*, void*, void*);
void BrotliDecoderDestroyInstance(BrotliDecoderStateStruct*);
int BrotliDecoderDecompressStream(BrotliDecoderStateStruct*, size_t* available_in, const uint8_t** next_in,
                                  size_t* available_out, uint8_t** next_out, size_t* total_out);
struct ZSTD_DCtx_s;
ZSTD_DCtx_s* ZSTD_createDCtx();
size_t ZSTD_freeDCtx(ZSTD_DCtx_s*);
size_t ZSTD_decompressStream(ZSTD_DCtx_s*, fastserve::compress::ZstdOutput*, fastserve::compress::ZstdInput*);
unsigned ZSTD_isError(size_t);
}

namespace fastserve::compress {

inline constexpr std::array kCodings = {http::Coding::kBrotli, http::Coding::kZstd, http::Coding::kGzip};

struct Decoded {
  std::string content;
  bool ended = false;  // the coded bytes are a whole message
};

// Each: what `coded`, which may be the beginning of a message, means so far, up to `most` bytes; nothing when it is malformed.
inline std::optional<Decoded> DecodeGzip(std::string_view coded, size_t most) {
  Decoded decoded{std::string(most, '\0')};
  ZlibStream stream{};
  inflateInit2_(&stream, 15 + 16, "1", sizeof stream);
  stream.next_in = reinterpret_cast<const uint8_t*>(coded.data());
  stream.avail_in = static_cast<unsigned>(coded.size());
  stream.next_out = reinterpret_cast<uint8_t*>(decoded.content.data());
  stream.avail_out = static_cast<unsigned>(most);
  const int result = inflate(&stream, 0);
  decoded.content.resize(most - stream.avail_out);
  decoded.ended = result == 1 && stream.avail_in == 0;
  inflateEnd(&stream);
  if (result != 0 && result != 1 && result != -5) return std::nullopt;
  return decoded;
}

inline std::optional<Decoded> DecodeBrotli(std::string_view coded, size_t most) {
  Decoded decoded{std::string(most, '\0')};
  BrotliDecoderStateStruct* const state = BrotliDecoderCreateInstance(nullptr, nullptr, nullptr);
  auto next_in = reinterpret_cast<const uint8_t*>(coded.data());
  auto next_out = reinterpret_cast<uint8_t*>(decoded.content.data());
  size_t available_in = coded.size();
  size_t available_out = most;
  const int result =
      BrotliDecoderDecompressStream(state, &available_in, &next_in, &available_out, &next_out, nullptr);
  decoded.content.resize(most - available_out);
  decoded.ended = result == 1 && available_in == 0;
  BrotliDecoderDestroyInstance(state);
  if (result == 0) return std::nullopt;
  return decoded;
}

inline std::optional<Decoded> DecodeZstd(std::string_view coded, size_t most) {
  Decoded decoded{std::string(most, '\0')};
  ZSTD_DCtx_s* const context = ZSTD_createDCtx();
  ZstdInput in{coded.data(), coded.size(), 0};
  ZstdOutput out{decoded.content.data(), most, 0};
  size_t left = 1;
  while (in.position < in.size && left != 0) {
    const size_t before = in.position + out.position;
    left = ZSTD_decompressStream(context, &out, &in);
    if (ZSTD_isError(left) || in.position + out.position == before) break;
  }
  ZSTD_freeDCtx(context);
  decoded.content.resize(out.position);
  decoded.ended = left == 0 && in.position == in.size;
  if (ZSTD_isError(left)) return std::nullopt;
  return decoded;
}

inline std::optional<Decoded> Decode(http::Coding coding, std::string_view coded, size_t most = 8 << 20) {
  switch (coding) {
    case http::Coding::kBrotli: return DecodeBrotli(coded, most);
    case http::Coding::kZstd: return DecodeZstd(coded, most);
    default: return DecodeGzip(coded, most);
  }
}

// The content of a coded message that is complete; "" with a mark when it is not.
inline std::string DecodeWhole(http::Coding coding, std::string_view coded) {
  const std::optional<Decoded> decoded = Decode(coding, coded);
  return decoded && decoded->ended ? decoded->content : "(not a whole coded content)";
}

}  // namespace fastserve::compress
