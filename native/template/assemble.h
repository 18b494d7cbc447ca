// From a gathered page to its bytes: escapes values, puts literals between them. Pure, any thread.
//
// DESIGN: one function with several bodies (kernels) that differ in how many bytes they look at in one instruction; all give
// the same bytes and the same refusals. The fastest that the machine has is chosen once. The payload is hostile in so far as
// its values are: any bytes may stand in it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "native/template/literal_table.h"

namespace fastserve::templates {

// Readable bytes that must follow a payload: kernels load whole blocks. What they hold does not matter.
constexpr size_t kInputPadding = 32;
// Room that is enough beyond the page itself: kernels store whole blocks. They write nowhere else than into the room given.
constexpr size_t kOutputSlack = 256;

// Writes the page that `payload` stands for into `out`. `tokens`: how many the template wrote. Returns the page's bytes, or a
// Refusal (negative), when what `out` holds is of no use. A page of n bytes is never refused for room with a capacity of
// n + kOutputSlack.
using Kernel = int64_t (*)(const LiteralTable& table, std::string_view payload, uint32_t tokens, char* out, size_t capacity);

struct NamedKernel {
  const char* name;
  Kernel run;
};

// The kernels that this machine runs, the fastest first, the scalar one last.
std::span<const NamedKernel> AvailableKernels();

// The fastest kernel. `payload` is followed by kInputPadding readable bytes.
int64_t Assemble(const LiteralTable& table, std::string_view payload, uint32_t tokens, char* out, size_t capacity);

// Bytes of the page, or the Refusal that Assemble would give. Costs more than assembling.
int64_t AssembledSize(const LiteralTable& table, std::string_view payload, uint32_t tokens);

}  // namespace fastserve::templates
