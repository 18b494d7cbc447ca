// DESIGN: depth first. In a radix tree the text alone says the way, so a search goes down as far as the literals allow
// and then climbs back, trying the converters at each branch that it came by. A converter tries its ends from the
// longest to the shortest, hence the first arrival at an entry has the captures that a regular expression would have.
// What cannot beat the best position found so far is pruned.
//
// Backtracking would be polynomial of a high degree ("<slug:a>-<slug:b>-<slug:c>x" on 8 KiB of "a-a-a-…"), were it not
// for one invariant:
//
//   S1. Within one search, each edge is entered at strictly descending offsets.
//
// It holds for edges of the first tree (one offset). An edge entered at offsets s1 > s2 > … need only try ends that it
// has not tried, since what lies behind an end does not depend on how one came there, and its first visit has found
// all that can be found. From s1 it tries the ends s1 + 1 and up; so from s2 the ends s2 + 1 … s1 remain, all below
// those before. Each tree has one edge into it and literals between are of fixed length, so the edges behind are
// entered at descending offsets as well. The watermark of an edge is the offset that it was entered at last: the ends
// above it are done. An edge therefore scans and tries each byte of the path at most once.
#include "native/route/search.h"

#include <algorithm>
#include <cstring>
#include <vector>

namespace fastserve::route {
namespace {

// Valid while `search` is the number of the search that runs; so nothing has to be cleared between two.
struct Watermark {
  uint32_t search = 0;
  uint32_t offset = 0;
};

// Grows to the largest table that the thread has met, then stays: a match does not allocate.
class Watermarks {
 public:
  void BeginSearch(uint32_t count) {
    if (marks_.size() < count) marks_.resize(count);
    if (++search_ == 0) {
      std::fill(marks_.begin(), marks_.end(), Watermark{});
      search_ = 1;
    }
  }
  // The offset that this search has set for the edge, or `otherwise`; then sets it to `offset`.
  uint32_t Exchange(uint32_t index, uint32_t offset, uint32_t otherwise) {
    Watermark& mark = marks_[index];
    const uint32_t before = mark.search == search_ ? mark.offset : otherwise;
    mark = {search_, offset};
    return before;
  }

 private:
  std::vector<Watermark> marks_;
  uint32_t search_ = 0;
};
thread_local Watermarks thread_watermarks;

class Search {
 public:
  Search(const Trie& trie, std::string_view path, MethodSet wanted, uint32_t position_limit, Param* params)
      : trie_(trie),
        text_(path.data()),
        size_(static_cast<uint32_t>(path.size())),
        wanted_(wanted),
        best_position_(position_limit),
        params_(params),
        watermarks_(trie.watermark_count == 0 ? nullptr : &thread_watermarks) {
    if (watermarks_ != nullptr) watermarks_->BeginSearch(trie.watermark_count);
  }

  SearchResult Run() {
    Explore(0, 1);
    return result_;
  }

 private:
  // Matches the radix tree of `root` at `offset`, and what is behind its converters.
  void Explore(uint32_t root, uint32_t offset) {
    uint32_t branch = Descend(&trie_.nodes[root], offset);
    while (branch != kNone) {
      const Branch& at = trie_.branches[branch];
      for (uint32_t i = 0; i < at.edge_count; ++i) {
        TryConverter(trie_.edges[at.first_edge + i], offset + at.literal_length);
      }
      branch = at.outer;
    }
  }

  // Follows the literals as far as they go. Returns the innermost branch that it came by, or kNone.
  uint32_t Descend(const Node* node, uint32_t offset) {
    uint32_t branch = kNone;
    while (node != nullptr && node->min_position < best_position_ && LabelMatches(*node, offset)) {
      offset += node->label_length;
      branch = node->branch;
      if (offset == size_) {
        Arrive(*node);
        break;
      }
      node = Child(*node, static_cast<uint8_t>(text_[offset]));
    }
    return branch;
  }

  bool LabelMatches(const Node& node, uint32_t offset) const {
    return size_ - offset >= node.label_length &&
           std::memcmp(text_ + offset, trie_.labels.data() + node.label_offset, node.label_length) == 0;
  }

  const Node* Child(const Node& node, uint8_t key) const {
    const Node* first = trie_.nodes.data() + node.first_child;
    if (node.wide_keys != kNone) {
      const uint8_t index = trie_.wide_keys[node.wide_keys][key];
      return index == 0 ? nullptr : first + index - 1;
    }
    for (uint32_t i = 0; i < node.child_count; ++i) {
      if (node.keys[i] == key) return first + i;
    }
    return nullptr;
  }

  void TryConverter(const Edge& edge, uint32_t start) {
    if (edge.min_position >= best_position_ || start >= size_) return;
    // Ends above this one are done (S1).
    uint32_t last_end = size_;
    if (edge.watermark != kNone) last_end = watermarks_->Exchange(edge.watermark, start, size_);
    if (edge.converter == Converter::kUuid) {
      if (size_ - start >= kUuidBytes && IsUuid(text_ + start)) TryEnd(edge, start, start + kUuidBytes);
      return;
    }
    uint32_t end = start;
    while (end < last_end && edge.members[static_cast<uint8_t>(text_[end])]) ++end;
    for (; end > start && edge.min_position < best_position_; --end) {
      TryEnd(edge, start, end);
      if (!edge.ends_early) return;
    }
  }

  void TryEnd(const Edge& edge, uint32_t start, uint32_t end) {
    const bool may_end = end == size_ ? edge.ends_text : edge.follow[static_cast<uint8_t>(text_[end])];
    if (!may_end) return;
    captures_[depth_++] = {static_cast<uint16_t>(start), static_cast<uint16_t>(end - start)};
    Explore(edge.target, end);
    --depth_;
  }

  // The whole path is matched. As long as no entry allows the method nothing is pruned: then `methods` is complete.
  void Arrive(const Node& node) {
    for (uint32_t i = 0; i < node.entry_count; ++i) {
      const Entry& entry = trie_.entries[node.first_entry + i];
      if (entry.position >= best_position_) return;
      result_.path_matched = true;
      result_.methods |= entry.methods;
      if ((entry.methods & wanted_) == 0) continue;
      best_position_ = entry.position;
      result_.entry = &entry;
      result_.param_count = depth_;
      std::copy(captures_, captures_ + depth_, params_);
      return;
    }
  }

  const Trie& trie_;
  const char* const text_;
  const uint32_t size_;
  const MethodSet wanted_;
  uint32_t best_position_;
  Param* const params_;
  Watermarks* const watermarks_;
  SearchResult result_;
  uint8_t depth_ = 0;  // converters passed on the way here; a pattern has at most kMaxParams
  Param captures_[kMaxParams];
};

}  // namespace

SearchResult FindRoute(const Trie& trie, std::string_view path, MethodSet wanted, uint32_t position_limit,
                       Param* params) {
  return Search(trie, path, wanted, position_limit, params).Run();
}

}  // namespace fastserve::route
