#include "native/addon/pages/page_record.h"

#include <cstring>

namespace fastserve::addon {

namespace {

using templates::kOutputSlack;
constexpr auto kNoRoom = static_cast<int64_t>(templates::Refusal::kNoRoom);

int64_t WriteInRing(queue::WorkerPort& port, uint32_t channel, queue::ResponseRecord record, std::string_view fields,
                    const GatheredPage& page) {
  constexpr size_t kCapacity = queue::kInlineResponseBytes + kOutputSlack;
  queue::ResponseRecord* out = port.Begin(channel, static_cast<uint32_t>(fields.size() + kCapacity));
  char* const head = reinterpret_cast<char*>(out + 1);
  const int64_t size = templates::Assemble(page.table, page.payload, page.tokens, head + fields.size(), kCapacity);
  if (size < 0) {
    port.Discard(channel);
    return size;
  }
  std::memcpy(head, fields.data(), fields.size());
  record.head_length = static_cast<uint32_t>(fields.size());
  record.body_length = static_cast<uint64_t>(size);
  *out = record;
  port.Commit(channel, static_cast<uint32_t>(fields.size() + record.body_length));
  return size;
}

// The page in a block; *block is null when it is refused.
int64_t AssembleInBlock(queue::SpillPool& spills, const GatheredPage& page, queue::SpillBlock** block) {
  const int64_t size = AssembleInto(page, [&](size_t capacity) {
    if (*block != nullptr) spills.Give(*block);
    *block = spills.Take(capacity);
    return std::span<char>((*block)->data(), (*block)->capacity);
  });
  if (size >= 0 || *block == nullptr) return size;
  spills.Give(*block);
  *block = nullptr;
  return size;
}

}  // namespace

size_t EstimatedSize(const GatheredPage& page) {
  return page.payload.size() + page.payload.size() / 8 + size_t{page.tokens} * page.table.mean_size();
}

int64_t WritePage(queue::WorkerPort& port, uint32_t channel, queue::ResponseRecord record, std::string_view fields,
                  const GatheredPage& page) {
  if (EstimatedSize(page) <= queue::kInlineResponseBytes) {
    const int64_t size = WriteInRing(port, channel, record, fields, page);
    if (size != kNoRoom) return size;
  }
  queue::SpillBlock* block = nullptr;
  const int64_t size = AssembleInBlock(port.spills(), page, &block);
  if (size < 0) return size;
  record.holder = queue::BodyHolder::kSpill;
  record.pointer = block;
  record.head_length = static_cast<uint32_t>(fields.size());
  record.body_length = static_cast<uint64_t>(size);
  queue::ResponseRecord* out = port.Begin(channel, record.head_length);
  std::memcpy(static_cast<void*>(out + 1), fields.data(), fields.size());
  *out = record;
  port.Commit(channel, record.head_length);
  return size;
}

}  // namespace fastserve::addon
