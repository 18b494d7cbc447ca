#include "native/template/literal_table.h"

#include <cstring>

#include "native/template/hash.h"

namespace fastserve::templates {

namespace {

const TableContent::Segment kReserved[kFirstLiteral] = {{"", Mode::kEscape}, {"", Mode::kRaw}, {{kEscape}, Mode::kKeep}};

size_t TotalBytes(const TableContent& content) {
  size_t total = 0;
  for (const auto& segment : content.literals) total += segment.bytes.size();
  return total;
}

// Sizes and modes, without which two tables with the same bytes would be one.
uint64_t ShapeHash(const std::vector<Literal>& literals, uint32_t id_width, uint64_t key) {
  std::vector<uint64_t> shape{id_width};
  for (const Literal& literal : literals) shape.push_back(uint64_t{literal.size} << 8 | static_cast<uint8_t>(literal.mode));
  return HashBytes({reinterpret_cast<const char*>(shape.data()), shape.size() * sizeof(uint64_t)}, key);
}

}  // namespace

std::string LiteralTable::Fault(const TableContent& content) {
  if (content.id_width < 1 || content.id_width > kMaxIdWidth) return "ids have 1 or 2 characters";
  const size_t most = IdCount(content.id_width) - kFirstLiteral;
  if (content.literals.size() > most) {
    return std::to_string(content.literals.size()) + " literals; ids of this width name at most " + std::to_string(most);
  }
  if (TotalBytes(content) > kMaxTableBytes) return "the literals have more than 64 MiB";
  return "";
}

LiteralTable::LiteralTable(const TableContent& content)
    : id_width_(content.id_width),
      tag_key_(content.tag_key),
      total_bytes_(TotalBytes(content) + kReserved[kEscapeByte].bytes.size()),
      bytes_(std::make_unique<char[]>(total_bytes_ + kLiteralPadding)) {
  char* at = bytes_.get();
  literals_.reserve(kFirstLiteral + content.literals.size());
  const auto add = [&](const TableContent::Segment& segment) {
    std::memcpy(at, segment.bytes.data(), segment.bytes.size());
    literals_.push_back({at, static_cast<uint32_t>(segment.bytes.size()), segment.mode});
    at += segment.bytes.size();
  };
  for (const auto& segment : kReserved) add(segment);
  for (const auto& segment : content.literals) add(segment);
  if (!content.literals.empty()) mean_size_ = total_bytes_ / content.literals.size();
  version_ = HashBytes({bytes_.get(), total_bytes_}, tag_key_) ^ ShapeHash(literals_, id_width_, ~tag_key_);
}

bool LiteralTable::Equals(const LiteralTable& other) const {
  if (id_width_ != other.id_width_ || tag_key_ != other.tag_key_ || total_bytes_ != other.total_bytes_ ||
      literals_.size() != other.literals_.size()) {
    return false;
  }
  for (size_t i = 0; i < literals_.size(); ++i) {
    if (literals_[i].size != other.literals_[i].size || literals_[i].mode != other.literals_[i].mode) return false;
  }
  return std::memcmp(bytes_.get(), other.bytes_.get(), total_bytes_) == 0;
}

}  // namespace fastserve::templates
