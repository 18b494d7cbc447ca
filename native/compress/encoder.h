// Content codings as streams: gzip (RFC 1952), br (RFC 7932), zstd (RFC 8878). Any thread; an encoder is one thread's at a
// time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "native/http/fields/accept_encoding.h"

namespace fastserve::compress {

enum class Flush : uint8_t {
  kNone,    // the encoder keeps back what it likes, for a better ratio
  kSync,    // everything taken so far can be decoded from what came out: for a stream whose client waits
  kFinish,  // the end of the content; no call may follow
};

struct EncoderOptions {
  int level;                   // within LevelsOf the coding
  uint64_t content_bytes = 0;  // of the whole content, which must then have exactly so many; 0: not known
};

// One content on its way through a coding.
class Encoder {
 public:
  virtual ~Encoder() = default;

  // Takes all of `input` and appends what comes out to *output. A content in one piece is one call with kFinish. False when
  // the library fails (no memory, or another size than was told): the encoder is of no use any more, *output is not to
  // be sent.
  virtual bool Encode(std::string_view input, Flush flush, std::string* output) = 0;
};

struct LevelRange {
  int lowest;
  int highest;
};

// From the fastest to the smallest result. `coding` is not kIdentity.
LevelRange LevelsOf(http::Coding coding);

// Whether the process has an encoder for the coding; false for kIdentity.
bool CanEncode(http::Coding coding);

// nullptr when CanEncode is false, or without memory.
std::unique_ptr<Encoder> MakeEncoder(http::Coding coding, const EncoderOptions& options);

}  // namespace fastserve::compress
