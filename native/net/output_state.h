// What an OutputQueue holds while it is not empty: a list of segments, sent from its front, filled at its back. Owner's thread only.
//
// DESIGN: copied bytes live in blocks. Several segments may lie in one block, with borrowed ones between them:
//
//   segments   │ copied 0 │ borrowed │ copied 1 │ file │ copied 2 │      the last segment in a block owns it: it is the
//                   │                     │                  │           last to be sent, and gives the block back
//   blocks     [ 000011111............................] [ 22.............. ]
//
// O1: at most one block has room to fill: that of `tail_segment`, from `tail_used` on.
// O2: a copied segment has `block` set exactly when it is the last one in its block.
// O3: no segment is empty; an empty queue has no state.
// O4: `present` is what may be sent of a watched file without asking again. It does not outlive the Flush that asked: a slow
//     reader's file may have left memory when he takes more.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "native/net/block_pool.h"
#include "native/net/page_watch.h"
#include "native/net/release.h"

namespace fastserve::net {

constexpr size_t kNoSegment = SIZE_MAX;

// A piece of output in the order of sending.
struct Segment {
  enum class Kind : uint8_t { kCopied, kBorrowed, kFile };
  Kind kind = Kind::kCopied;
  int fd = -1;                 // kFile
  const char* data = nullptr;  // kCopied, kBorrowed: what is still to be sent
  uint64_t offset = 0;         // kFile
  uint64_t length = 0;         // what is still to be sent
  char* block = nullptr;       // kCopied: the block to give back (O2)
  Release release;             // kBorrowed, kFile
  PageWatch* pages = nullptr;  // kFile: null where the disk may be waited for
  uint64_t present = 0;        // of a watched file (O4)
};

struct OutputState {
  std::vector<Segment> segments;
  size_t first = 0;  // the front; those before it are gone
  size_t tail_segment = kNoSegment;
  size_t tail_used = 0;
  uint64_t memory_bytes = 0;
  uint64_t file_bytes = 0;
  bool truncated = false;
  OutputState* next_spare = nullptr;

  bool sent_all() const { return first == segments.size(); }
  // Copied or borrowed bytes in one piece, and nothing else.
  bool is_one_piece() const { return first + 1 == segments.size() && segments[first].kind != Segment::Kind::kFile; }
  size_t tail_room() const { return tail_segment == kNoSegment ? 0 : BlockPool::kBlockBytes - tail_used; }

  Segment& Push(Segment::Kind kind, uint64_t length);
  bool FindPages(uint64_t wanted);
  void UsePages(uint64_t sent);
  void ForgetPages();
  void StartBlock(BlockPool& pool);
  char* ExtendTail(size_t size);
  void Consume(BlockPool& pool, uint64_t bytes);
  void PopFront(BlockPool& pool);
};

}  // namespace fastserve::net
