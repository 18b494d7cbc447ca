// A whole content that is coded over several turns. The I/O thread's own.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "native/net/output_queue.h"

namespace fastserve::server {

class RestOfContent {
 public:
  // With a `release` the bytes are borrowed until it runs; else they are copied.
  RestOfContent(std::string_view bytes, net::Release release)
      : copy_(release.function == nullptr ? bytes : std::string_view{}),
        left_(release.function == nullptr ? std::string_view(copy_) : bytes),
        release_(release) {}
  RestOfContent(const RestOfContent&) = delete;
  RestOfContent& operator=(const RestOfContent&) = delete;
  ~RestOfContent() {
    if (release_.function != nullptr) release_.function(release_.context);
  }

  // The next `most` bytes or fewer.
  std::string_view Take(size_t most) {
    const std::string_view piece = left_.substr(0, most);
    left_.remove_prefix(piece.size());
    return piece;
  }
  bool empty() const { return left_.empty(); }

 private:
  std::string copy_;
  std::string_view left_;
  net::Release release_;
};

}  // namespace fastserve::server
