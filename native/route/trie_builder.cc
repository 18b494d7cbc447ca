// Builds the trie in two steps: a linked tree that patterns are inserted into, then the flat arrays. Main thread.
#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "native/route/trie.h"

namespace fastserve::route {
namespace {

struct Draft {
  explicit Draft(uint32_t position) : min_position(position) {}

  std::string label;
  uint32_t min_position;  // routes come in ascending order: that of the route which made the node
  std::map<uint8_t, std::unique_ptr<Draft>> children;
  std::array<std::unique_ptr<Draft>, kConverterCount> converters;
  std::vector<Entry> entries;

  bool has_converters() const {
    return std::any_of(converters.begin(), converters.end(), [](const auto& target) { return target != nullptr; });
  }
};

// Cuts `node` after `length` bytes of its label: a new node takes its place and it becomes the only child.
void Split(std::unique_ptr<Draft>& node, size_t length) {
  auto upper = std::make_unique<Draft>(node->min_position);
  upper->label = node->label.substr(0, length);
  node->label.erase(0, length);
  const auto key = static_cast<uint8_t>(node->label[0]);
  upper->children[key] = std::move(node);
  node = std::move(upper);
}

// The node that `text` leads to from `node`, made where it is missing.
Draft* DescendLiteral(Draft* node, std::string_view text, uint32_t position) {
  while (!text.empty()) {
    std::unique_ptr<Draft>& child = node->children[static_cast<uint8_t>(text[0])];
    if (child == nullptr) {
      child = std::make_unique<Draft>(position);
      child->label = text;
      return child.get();
    }
    const std::string& label = child->label;
    const size_t limit = std::min(label.size(), text.size());
    const size_t common = std::mismatch(label.begin(), label.begin() + limit, text.begin()).first - label.begin();
    if (common < label.size()) Split(child, common);
    text.remove_prefix(common);
    node = child.get();
  }
  return node;
}

void Insert(Draft* node, const ParsedRoute& route) {
  const uint32_t position = route.entry.position;
  for (const PatternPart& part : route.pattern) {
    if (const auto* literal = std::get_if<std::string>(&part)) {
      node = DescendLiteral(node, *literal, position);
      continue;
    }
    std::unique_ptr<Draft>& target = node->converters[static_cast<int>(std::get<Converter>(part))];
    if (target == nullptr) target = std::make_unique<Draft>(position);
    node = target.get();
  }
  MethodSet covered = 0;
  for (const Entry& entry : node->entries) covered |= entry.methods;
  // An entry that allows nothing new can never win: without it a node has at most one entry for each method.
  if (node->entries.empty() || (route.entry.methods & ~covered) != 0) node->entries.push_back(route.entry);
}

class Flattener {
 public:
  Trie Run(const Draft& root) {
    trie_.nodes.emplace_back();
    Fill(0, root, Place{});
    return std::move(trie_);
  }

 private:
  // Where in its radix tree a node is.
  struct Place {
    uint32_t literal_length = 0;
    uint32_t branch = kNone;
    bool ambiguous = false;  // some converter before this tree may end at several offsets in one search
  };

  void Fill(uint32_t node_index, const Draft& draft, Place place) {
    Node node;
    node.min_position = draft.min_position;
    node.label_offset = static_cast<uint32_t>(trie_.labels.size());
    node.label_length = static_cast<uint32_t>(draft.label.size());
    trie_.labels += draft.label;
    node.first_entry = static_cast<uint32_t>(trie_.entries.size());
    node.entry_count = static_cast<uint32_t>(draft.entries.size());
    trie_.entries.insert(trie_.entries.end(), draft.entries.begin(), draft.entries.end());
    place.literal_length += node.label_length;
    if (draft.has_converters()) place.branch = AddBranch(draft, place);
    node.branch = place.branch;
    node.first_child = static_cast<uint32_t>(trie_.nodes.size());
    node.child_count = static_cast<uint32_t>(draft.children.size());
    trie_.nodes.resize(trie_.nodes.size() + node.child_count);
    AddKeys(draft, &node);
    trie_.nodes[node_index] = node;
    uint32_t child_index = node.first_child;
    for (const auto& [key, child] : draft.children) Fill(child_index++, *child, place);
  }

  void AddKeys(const Draft& draft, Node* node) {
    if (node->child_count > kNarrowChildren) {
      node->wide_keys = static_cast<uint32_t>(trie_.wide_keys.size());
      trie_.wide_keys.emplace_back();
    }
    uint8_t index = 0;
    for (const auto& [key, child] : draft.children) {
      if (node->wide_keys == kNone) {
        node->keys[index++] = key;
      } else {
        trie_.wide_keys.back()[key] = ++index;  // fits: "<" and ">" begin no literal
      }
    }
  }

  uint32_t AddBranch(const Draft& draft, const Place& place) {
    std::vector<int> order;
    for (int i = 0; i < kConverterCount; ++i) {
      if (draft.converters[i] != nullptr) order.push_back(i);
    }
    // The likely winner first, so that it prunes the others.
    std::sort(order.begin(), order.end(), [&draft](int a, int b) {
      return draft.converters[a]->min_position < draft.converters[b]->min_position;
    });
    const auto first_edge = static_cast<uint32_t>(trie_.edges.size());
    const auto edge_count = static_cast<uint32_t>(order.size());
    const auto branch = static_cast<uint32_t>(trie_.branches.size());
    trie_.branches.push_back({place.literal_length, first_edge, edge_count, place.branch});
    trie_.edges.resize(first_edge + edge_count);
    for (uint32_t i = 0; i < edge_count; ++i) {
      const Edge edge = MakeEdge(static_cast<Converter>(order[i]), *draft.converters[order[i]], place.ambiguous);
      trie_.edges[first_edge + i] = edge;  // only now: MakeEdge adds edges of its own
    }
    return branch;
  }

  Edge MakeEdge(Converter converter, const Draft& root, bool ambiguous) {
    Edge edge{};
    edge.converter = converter;
    edge.ends_text = !root.entries.empty();
    edge.min_position = root.min_position;
    edge.watermark = ambiguous ? trie_.watermark_count++ : kNone;
    edge.members = BytesOf(converter);
    edge.follow = FollowOf(converter, root);
    edge.ends_early = converter != Converter::kUuid && (edge.members & edge.follow).any();
    // A root that is nothing but the way to one child would cost a step for each match.
    const bool plain = root.entries.empty() && !root.has_converters() && root.children.size() == 1;
    edge.target = static_cast<uint32_t>(trie_.nodes.size());
    trie_.nodes.emplace_back();
    Fill(edge.target, plain ? *root.children.begin()->second : root, {0, kNone, ambiguous || edge.ends_early});
    return edge;
  }

  static ByteSet FollowOf(Converter converter, const Draft& root) {
    ByteSet follow;
    for (const auto& [key, child] : root.children) follow.set(key);
    for (int i = 0; i < kConverterCount; ++i) {
      if (root.converters[i] != nullptr) follow |= BytesOf(static_cast<Converter>(i));
    }
    // Django matches characters, this table UTF-8 bytes: "<a><b>" must not cut a character in two.
    if (converter == Converter::kStr || converter == Converter::kPath) {
      for (int byte = 0x80; byte <= 0xBF; ++byte) follow.reset(byte);
    }
    return follow;
  }

  Trie trie_;
};

}  // namespace

Trie BuildTrie(const std::vector<ParsedRoute>& routes) {
  Draft root(routes.empty() ? kNoPosition : routes.front().entry.position);
  for (const ParsedRoute& route : routes) Insert(&root, route);
  return Flattener().Run(root);
}

}  // namespace fastserve::route
