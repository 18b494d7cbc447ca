// Who of a waiting line is next (waiting_line.h). Plain data.
#pragma once

#include <cstdint>

namespace fastserve::server {

enum class LineOrder : uint8_t { kFifo, kNewestFirst };

}  // namespace fastserve::server
