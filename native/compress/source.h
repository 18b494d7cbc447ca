// Where the helper thread reads a content that shall be coded. Made by any thread, read by the helper thread alone.
#pragma once

#include <cstdint>
#include <string_view>

namespace fastserve::compress {

class Source {
 public:
  enum class Status : uint8_t {
    kPiece,   // more may follow
    kEnd,     // the piece is the last one, and all of them are the one version that was meant
    kFailed,  // it cannot be read, or is another version by now
  };

  virtual ~Source() = default;
  // The next piece, valid until the next call; small enough to be coded in some tens of milliseconds (64 KiB or so), because
  // a stop waits for it.
  virtual Status Read(std::string_view* piece) = 0;
  // Of the whole content.
  virtual uint64_t size_bytes() const = 0;
};

}  // namespace fastserve::compress
