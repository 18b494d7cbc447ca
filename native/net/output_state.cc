#include "native/net/output_state.h"

#include <algorithm>
#include <utility>

namespace fastserve::net {

namespace {

// Segments that were sent and are not yet forgotten, from which on it is worth moving the others.
constexpr size_t kManySent = 64;

}  // namespace

// A new segment at the end, for the caller to fill where it lies.
Segment& OutputState::Push(Segment::Kind kind, uint64_t length) {
  // A queue that is never quite empty (a long stream) must not keep the segments it has sent.
  if (first >= kManySent && first * 2 >= segments.size()) {
    segments.erase(segments.begin(), segments.begin() + static_cast<ptrdiff_t>(first));
    if (tail_segment != kNoSegment) tail_segment -= first;
    first = 0;
  }
  Segment& segment = segments.emplace_back();
  segment.kind = kind;
  segment.length = length;
  return segment;
}

void OutputState::StartBlock(BlockPool& pool) {
  char* const block = pool.Take();
  Segment& segment = Push(Segment::Kind::kCopied, 0);
  segment.data = segment.block = block;
  tail_segment = segments.size() - 1;
  tail_used = 0;
}

// The next `size` bytes of the tail block, as part of the last segment. The caller has checked tail_room().
char* OutputState::ExtendTail(size_t size) {
  if (tail_segment != segments.size() - 1) {
    // Something else was queued since: a new segment goes on in the same block and takes it over (O2).
    char* const block = std::exchange(segments[tail_segment].block, nullptr);
    Segment& segment = Push(Segment::Kind::kCopied, 0);
    segment.data = block + tail_used;
    segment.block = block;
    tail_segment = segments.size() - 1;
  }
  Segment& tail = segments[tail_segment];
  char* const at = tail.block + tail_used;
  tail.length += size;
  tail_used += size;
  memory_bytes += size;
  return at;
}

// Whether some of the first `wanted` bytes of the file at the front can be had without waiting for a disk.
bool OutputState::FindPages(uint64_t wanted) {
  Segment& file = segments[first];
  if (file.pages == nullptr || file.present > 0) return true;
  file.present = file.pages->Present(file.offset, std::min(file.length, wanted));
  return file.present > 0;
}

// Before Consume.
void OutputState::UsePages(uint64_t sent) {
  Segment& file = segments[first];
  file.present -= std::min(file.present, sent);
}

void OutputState::ForgetPages() {
  if (!sent_all()) segments[first].present = 0;
}

// Takes `bytes` that were sent off the front.
void OutputState::Consume(BlockPool& pool, uint64_t bytes) {
  while (bytes > 0) {
    Segment& front = segments[first];
    const uint64_t taken = std::min(bytes, front.length);
    front.length -= taken;
    bytes -= taken;
    if (front.kind == Segment::Kind::kFile) {
      front.offset += taken;
      file_bytes -= taken;
    } else {
      front.data += taken;
      memory_bytes -= taken;
    }
    if (front.length == 0) PopFront(pool);
  }
}

void OutputState::PopFront(BlockPool& pool) {
  const Segment& front = segments[first];
  if (front.block) pool.Give(front.block);
  if (tail_segment == first) tail_segment = kNoSegment;
  const Release release = front.release;
  ++first;
  release.Run();
}

}  // namespace fastserve::net
