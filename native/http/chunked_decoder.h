// RFC 9112 7.1 chunked transfer coding, decoded incrementally. Small plain state, one per exchange, owner's thread.
#pragma once

#include <cstddef>
#include <cstdint>
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

  // Takes the next bytes. Trailers are checked for syntax and dropped: they never become fields (RFC 9110 6.5.1).
  Step Next(std::string_view input);

 private:
  enum class State : uint8_t;
  uint64_t remaining_ = 0;
  uint32_t extension_bytes_ = 0;
  uint32_t trailer_bytes_ = 0;
  uint8_t state_ = 0;
  uint8_t digits_ = 0;
  uint8_t quoted_ = 0;
};

}  // namespace fastserve::http
