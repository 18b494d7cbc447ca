// What JavaScript says about an answer beside its content: words that both write and read in place, so that a call into native code
// has two or three arguments in the place of eleven. src/gateway/queue/layout.ts has the places of the words.
//
// One for each port; the worker's thread. It holds from when JavaScript fills it to the call that follows at once.
#pragma once

#include <cstdint>

namespace fastserve::addon {

struct AnswerFrame {
  uint32_t token;
  uint32_t channel;
  uint32_t status;
  uint32_t head;           // a registration; 0: a block of fields is among the arguments
  uint32_t lines;          // of the block
  uint32_t base;           // a registration whose lines stand before those of the block; 0: none
  uint32_t table;          // of a page: its templates
  uint32_t tokens;         // of a page: as many as were written
  uint32_t payload_bytes;  // of a page: how much of its payload counts; kWholePayload: all
};

constexpr uint32_t kWholePayload = 0xFFFFFFFF;

}  // namespace fastserve::addon
