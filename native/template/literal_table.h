// The literal segments of a set of templates. Immutable once made, shared by threads.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "native/template/payload.h"

namespace fastserve::templates {

// One segment of template text. `data` has kLiteralPadding readable bytes behind the last literal.
struct Literal {
  const char* data;
  uint32_t size;
  Mode mode;
};

// Literals are copied in whole blocks: this many bytes behind each can be read.
constexpr size_t kLiteralPadding = 64;
// All literals of a table together, in bytes.
constexpr size_t kMaxTableBytes = size_t{64} << 20;

// What a table is made of: literal kFirstLiteral + i is literals[i].
struct TableContent {
  struct Segment {
    std::string bytes;  // UTF-8
    Mode mode;          // kEscape or kRaw
  };
  std::vector<Segment> literals;
  uint32_t id_width = 1;
  // Makes the entity-tags of the table's pages unpredictable; the same in every process that is to make the same tags.
  uint64_t tag_key = 0;
};

class LiteralTable {
 public:
  // What is wrong with `content`, or "" when a table can be made of it: an id width other than 1 or 2, more literals than
  // ids, too many bytes.
  static std::string Fault(const TableContent& content);

  // `content` has no fault.
  explicit LiteralTable(const TableContent& content);

  // The literal of an id, or nullptr.
  const Literal* Find(uint32_t id) const { return id < literals_.size() ? &literals_[id] : nullptr; }

  // Characters of an id: 1 or 2.
  uint32_t id_width() const { return id_width_; }
  // Literals and reserved ids.
  size_t size() const { return literals_.size(); }
  // Bytes of the average literal, for estimates.
  size_t mean_size() const { return mean_size_; }
  uint64_t tag_key() const { return tag_key_; }
  // A hash of the content under the tag key: what an entity-tag says about the templates.
  uint64_t version() const { return version_; }
  // The same literals, modes, id width and key.
  bool Equals(const LiteralTable& other) const;

 private:
  uint32_t id_width_;
  uint64_t tag_key_;
  uint64_t version_;
  size_t mean_size_ = 0;
  size_t total_bytes_ = 0;
  std::unique_ptr<char[]> bytes_;
  std::vector<Literal> literals_;
};

}  // namespace fastserve::templates
