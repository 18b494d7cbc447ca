#include "native/compress/libraries.h"

#include <dlfcn.h>

namespace fastserve::compress {
namespace {

template <typename Function>
bool Resolve(const char* name, Function* function) {
  *function = reinterpret_cast<Function>(::dlsym(RTLD_DEFAULT, name));
  return *function != nullptr;
}

}  // namespace

const Zlib* FindZlib() {
  static Zlib library;
  static const bool found = Resolve("deflateInit2_", &library.deflate_init) && Resolve("deflate", &library.deflate) &&
                            Resolve("deflateEnd", &library.deflate_end);
  return found ? &library : nullptr;
}

const Brotli* FindBrotli() {
  static Brotli library;
  static const bool found = Resolve("BrotliEncoderCreateInstance", &library.create) &&
                            Resolve("BrotliEncoderDestroyInstance", &library.destroy) &&
                            Resolve("BrotliEncoderSetParameter", &library.set_parameter) &&
                            Resolve("BrotliEncoderCompressStream", &library.compress_stream) &&
                            Resolve("BrotliEncoderHasMoreOutput", &library.has_more_output) &&
                            Resolve("BrotliEncoderTakeOutput", &library.take_output);
  return found ? &library : nullptr;
}

const Zstd* FindZstd() {
  static Zstd library;
  static const bool found = Resolve("ZSTD_createCCtx", &library.create) && Resolve("ZSTD_freeCCtx", &library.free) &&
                            Resolve("ZSTD_CCtx_setParameter", &library.set_parameter) &&
                            Resolve("ZSTD_CCtx_setPledgedSrcSize", &library.set_content_size) &&
                            Resolve("ZSTD_compressStream2", &library.compress_stream) &&
                            Resolve("ZSTD_isError", &library.is_error);
  return found ? &library : nullptr;
}

}  // namespace fastserve::compress
