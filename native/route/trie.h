// The compiled form of all native patterns: flat arrays that point into each other by index. Immutable; any thread.
//
// DESIGN: a pattern is literal runs with converters between them. Literal runs are shared in radix trees: one tree for
// what patterns begin with and one behind each converter. Nodes are the literal part, edges lead through a converter
// into the next tree. The whole is itself a tree: each node and edge is reached in one way only.
//
//   users/<int>/ , users/<slug> , users/me , uploads/<path>
//
//   "" ─ "u" ┬ "sers/" ┬ "me" ●                       ● entries: routes whose pattern ends here
//            │   ╰─ branch ┬ int  ══► "/" ●            ─ radix children, by their first byte
//            │             ╰ slug ══► "" ●             ═ edge through a converter to the root of another radix tree
//            ╰ "ploads/" ─ branch ─ path ══► "" ●
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "native/route/converter.h"
#include "native/route/pattern.h"
#include "native/route/specification.h"

namespace fastserve::route {

constexpr uint32_t kNone = UINT32_MAX;        // no index
constexpr uint32_t kNoPosition = UINT32_MAX;  // behind every position

// One route at the node where its pattern ends. Positions are indexes in Specification::routes.
struct Entry {
  uint32_t position;
  MethodSet methods;  // normalised
  uint16_t route_id;
};

constexpr uint32_t kNarrowChildren = 4;  // up to here keys are compared one by one, above by table
using WideKeys = std::array<uint8_t, 256>;  // first byte → 1 + index among the children, 0: none

// A piece of literal text. Small: a step through it reads one or two cache lines and the label.
struct Node {
  uint32_t min_position = kNoPosition;  // lowest one at or behind this node, through all edges
  uint32_t label_offset = 0, label_length = 0;  // in Trie::labels; empty only at roots
  uint32_t first_child = 0;   // children are consecutive in Trie::nodes
  uint32_t child_count = 0;
  uint32_t wide_keys = kNone; // index in Trie::wide_keys
  std::array<uint8_t, kNarrowChildren> keys{};  // first bytes of the children of a narrow node
  uint32_t first_entry = 0, entry_count = 0;    // in Trie::entries, by ascending position
  uint32_t branch = kNone;    // of this node or else of its nearest ancestor in the same radix tree
};

// The converters that may follow one node.
struct Branch {
  uint32_t literal_length;  // bytes from the root of the radix tree to the end of the node's label
  uint32_t first_edge, edge_count;
  uint32_t outer;  // the next branch towards the root of the same radix tree
};

// One converter and what comes behind it.
struct Edge {
  Converter converter;
  bool ends_early;       // a byte may be in both `members` and `follow`: more than one end has to be tried
  bool ends_text;        // an entry waits right behind the converter
  uint32_t target;       // node: root of the radix tree behind
  uint32_t min_position; // of the target
  uint32_t watermark;    // index of its search watermark, kNone where one search comes by only once
  ByteSet members;       // bytes of a value
  ByteSet follow;        // bytes that may come right after a value
};

struct Trie {
  std::vector<Node> nodes;  // [0] is the root
  std::vector<Branch> branches;
  std::vector<Edge> edges;
  std::vector<Entry> entries;
  std::vector<WideKeys> wide_keys;
  std::string labels;
  uint32_t watermark_count = 0;
};

// A route to be put into the trie.
struct ParsedRoute {
  Pattern pattern;
  Entry entry;
};

// `routes` in ascending order of position.
Trie BuildTrie(const std::vector<ParsedRoute>& routes);

}  // namespace fastserve::route
