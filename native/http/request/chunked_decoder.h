// RFC 9112 7.1 chunked transfer coding, decoded incrementally. Small plain state, one per exchange, owner's thread.
//
// Strict: CRLF only, no white space but where the grammar of extensions has it. A size of more than 16 significant
// digits, more than 32 digits in all or above 2^63-1 is refused, so that no sum of lengths can wrap.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "native/http/errors.h"

namespace fastserve::http {

class ChunkedDecoder {
 public:
  static constexpr uint32_t kMaxExtensionBytes = 1024;  // in total over one message (CVE-2024-22019)
  static constexpr uint32_t kMaxTrailerBytes = 8192;

  enum class Event : uint8_t {
    kNeedMore,  // all of the input was consumed, the message goes on
    kData,      // `data` is content; call again with what is left
    kEnd,       // the message ended after `consumed` bytes; what follows is the next request
    kBad,
  };
  struct Step {
    Event event;
    HttpError error;
    size_t consumed;        // bytes of the input used by this step (kData: framing and data)
    std::string_view data;  // a part of the input
  };

  // Takes the next bytes. Trailers are checked for syntax and dropped, unless KeepTrailers was called: they never become
  // fields (RFC 9110 6.5.1).
  // After kEnd it returns kEnd and after kBad the same kBad, whatever comes.
  Step Next(std::string_view input);

  // From now on trailer lines, with their line ends, are appended to *lines as they come; nullptr: they are dropped.
  void KeepTrailers(std::string* lines) { trailers_ = lines; }

 private:
  enum class State : uint8_t;  // the grammar as a drawing: chunked_decoder.cc

  State TakeByte(char byte);
  State TakeSizeByte(char byte);
  State TakeExtensionByte(char byte);
  State TakeTrailerByte(char byte);
  bool AppendSizeDigit(int digit);
  State EndOfSizeLine() const;
  State Fail(HttpError error);
  Step TakeData(std::string_view input, size_t consumed);

  std::string* trailers_ = nullptr;
  uint64_t remaining_ = 0;        // of the size being read, then of the chunk's data
  uint32_t extension_bytes_ = 0;  // over the whole message
  uint32_t trailer_bytes_ = 0;
  State state_{};
  uint8_t digits_ = 0;              // of the size being read
  uint8_t significant_digits_ = 0;  // those from the first that is not 0
  HttpError error_ = HttpError::kNone;
};
static_assert(sizeof(ChunkedDecoder) <= 32, "one decoder lives in every connection");

}  // namespace fastserve::http
