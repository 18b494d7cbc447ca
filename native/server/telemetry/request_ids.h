// Names for requests that brought none: 16 hexadecimal digits. One generator per I/O thread.
#pragma once

#include <cstdint>
#include <string>

namespace fastserve::server {

class RequestIds {
 public:
  // Seeds from the kernel's random numbers.
  RequestIds();
  // Unlikely to repeat, cheap, not secret: who has seen one can work out the next.
  std::string Next();

 private:
  uint64_t state_;
};

}  // namespace fastserve::server
