// The C interfaces of zlib, brotli and zstd, as far as they are used, and where they are found. Any thread.
//
// DESIGN: Node's executable carries these libraries and exports their symbols, each release those that it has: Node 20
// lacks zstd. They are looked up by name at the first use, so that one build runs on all releases and nothing is linked. A
// library counts only when all of its functions are there. The declarations repeat the stable ABI of the libraries, whose
// headers Node does not ship (but for zlib's).
#pragma once

#include <cstddef>
#include <cstdint>

namespace fastserve::compress {

// z_stream of zlib.h. deflateInit2_ is told its size and refuses another layout.
struct ZlibStream {
  const uint8_t* next_in;
  unsigned avail_in;
  unsigned long total_in;
  uint8_t* next_out;
  unsigned avail_out;
  unsigned long total_out;
  const char* msg;
  void* state;
  void* (*zalloc)(void* opaque, unsigned items, unsigned size);
  void (*zfree)(void* opaque, void* address);
  void* opaque;
  int data_type;
  unsigned long adler;
  unsigned long reserved;
};

struct Zlib {
  int (*deflate_init)(ZlibStream*, int level, int method, int window_bits, int memory_level, int strategy,
                      const char* version, int stream_bytes);
  int (*deflate)(ZlibStream*, int flush);
  int (*deflate_end)(ZlibStream*);
};

// Parameters and operations are enumerations of brotli/encode.h.
struct BrotliState;
struct Brotli {
  BrotliState* (*create)(void* (*allocate)(void*, size_t), void (*free)(void*, void*), void* opaque);
  void (*destroy)(BrotliState*);
  int (*set_parameter)(BrotliState*, int parameter, uint32_t value);
  int (*compress_stream)(BrotliState*, int operation, size_t* available_in, const uint8_t** next_in,
                         size_t* available_out, uint8_t** next_out, size_t* total_out);
  int (*has_more_output)(BrotliState*);
  const uint8_t* (*take_output)(BrotliState*, size_t* size);
};

// ZSTD_inBuffer and ZSTD_outBuffer of zstd.h.
struct ZstdInput {
  const void* bytes;
  size_t size;
  size_t position;
};
struct ZstdOutput {
  void* bytes;
  size_t size;
  size_t position;
};
struct ZstdContext;
struct Zstd {
  ZstdContext* (*create)();
  size_t (*free)(ZstdContext*);
  size_t (*set_parameter)(ZstdContext*, int parameter, int value);
  size_t (*set_content_size)(ZstdContext*, unsigned long long bytes);
  size_t (*compress_stream)(ZstdContext*, ZstdOutput*, ZstdInput*, int operation);
  unsigned (*is_error)(size_t result);
};

// The library of this process, nullptr when it has none. The first call looks for it.
const Zlib* FindZlib();
const Brotli* FindBrotli();
const Zstd* FindZstd();

}  // namespace fastserve::compress
