// Assembling a page where it is sent from. The worker's thread.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "native/queue/worker_port.h"
#include "native/template/assemble.h"

namespace fastserve::addon {

// What a template rendered to. Followed by templates::kInputPadding readable bytes.
struct GatheredPage {
  const templates::LiteralTable& table;
  std::string_view payload;
  uint32_t tokens;
};

// A larger page is refused (kNoRoom): it would be a mistake, and it would take the server's memory.
constexpr size_t kMaxPageBytes = size_t{256} << 20;

// A guess at a page's size, right for most: literals of average size, few entities.
size_t EstimatedSize(const GatheredPage& page);

// Assembles into the memory that `take(capacity) -> std::span<char>` gives: as much as the page is estimated to need, and when
// that is not enough as much as it needs. A second call of `take` replaces what the first gave. Returns the page's bytes, or a
// templates::Refusal.
template <typename Take>
int64_t AssembleInto(const GatheredPage& page, Take&& take) {
  constexpr auto kNoRoom = static_cast<int64_t>(templates::Refusal::kNoRoom);
  const auto assemble = [&](std::span<char> room) {
    return templates::Assemble(page.table, page.payload, page.tokens, room.data(), room.size());
  };
  const size_t estimate = EstimatedSize(page);
  if (estimate <= kMaxPageBytes) {
    const int64_t size = assemble(take(estimate + estimate / 4 + templates::kOutputSlack));
    if (size != kNoRoom) return size;
  }
  const int64_t measured = templates::AssembledSize(page.table, page.payload, page.tokens);
  if (measured < 0) return measured;
  if (measured > static_cast<int64_t>(kMaxPageBytes)) return kNoRoom;
  return assemble(take(static_cast<size_t>(measured) + templates::kOutputSlack));
}

// Commits one response record with `fields` as its head and the page as its body, in the ring or in a spill block. Returns the
// page's bytes, or a templates::Refusal, after which nothing was committed.
int64_t WritePage(queue::WorkerPort& port, uint32_t channel, queue::ResponseRecord record, std::string_view fields,
                  const GatheredPage& page);

}  // namespace fastserve::addon
