// What must hold of assembling a page whatever its values hold: for the fuzzer, for the test that runs its seeds, and for the
// differential test of the kernels.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

#include "native/template/assemble.h"

namespace fuzz {

using namespace fastserve;

// The page or the refusal, the slow way: nothing here is shared with the kernels but the form of a payload.
struct ReferencePage {
  int64_t result = 0;  // bytes, or a templates::Refusal
  std::string bytes;
};

inline std::string_view ReferenceEscape(char byte) {
  switch (byte) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '\'': return "&#39;";
    default: return {};
  }
}

// The id at the start of `text`, or -1.
inline int64_t ReferenceId(std::string_view text, uint32_t width) {
  if (text.size() < width) return -1;
  int64_t id = 0;
  for (const char byte : text.substr(0, width)) {
    if (byte < '@' || byte > '~') return -1;
    id = id * 63 + (byte - '@');
  }
  return id;
}

inline ReferencePage AssembleReference(const templates::LiteralTable& table, std::string_view payload, uint32_t tokens) {
  const uint32_t width = table.id_width();
  ReferencePage page;
  uint32_t seen = 0;
  bool raw = false;
  const bool ends_with_token =
      payload.empty() || (payload.size() > width && payload[payload.size() - width - 1] == templates::kEscape);
  if (!ends_with_token) return {static_cast<int64_t>(templates::Refusal::kCount), ""};
  while (!payload.empty()) {
    const char byte = payload.front();
    payload.remove_prefix(1);
    if (byte != templates::kEscape) {
      const std::string_view entity = raw ? std::string_view() : ReferenceEscape(byte);
      entity.empty() ? page.bytes.push_back(byte) : void(page.bytes.append(entity));
      continue;
    }
    const int64_t id = ReferenceId(payload, width);
    const templates::Literal* literal = id < 0 ? nullptr : table.Find(static_cast<uint32_t>(id));
    if (literal == nullptr) return {static_cast<int64_t>(templates::Refusal::kUnknownId), ""};
    payload.remove_prefix(width);
    page.bytes.append(literal->data, literal->size);
    if (literal->mode != templates::Mode::kKeep) raw = literal->mode == templates::Mode::kRaw;
    ++seen;
  }
  page.result = static_cast<int64_t>(seen == tokens ? page.bytes.size() : 0);
  if (seen != tokens) page.result = static_cast<int64_t>(templates::Refusal::kCount);
  return page;
}

// `text` in memory of exactly its size and the padding, `offset` bytes behind an aligned address, so that a sanitizer sees
// what reads too far.
class PaddedText {
 public:
  explicit PaddedText(std::string_view text, size_t offset = 0)
      : memory_(new char[offset + text.size() + templates::kInputPadding]), text_(memory_.get() + offset, text.size()) {
    std::memcpy(memory_.get() + offset, text.data(), text.size());
    // The worst that may stand behind a payload.
    std::memset(memory_.get() + offset + text.size(), templates::kEscape, templates::kInputPadding);
  }
  operator std::string_view() const { return text_; }

 private:
  std::unique_ptr<char[]> memory_;
  std::string_view text_;
};

// Empty: every kernel gives what the reference gives, in memory of just the promised size. Else which one does not.
inline std::string FindAssemblyFault(const templates::LiteralTable& table, std::string_view payload, uint32_t tokens,
                                     size_t offset = 0) {
  const ReferencePage expected = AssembleReference(table, payload, tokens);
  if (templates::AssembledSize(table, payload, tokens) != expected.result) return "the measured size";
  const PaddedText padded(payload, offset);
  // Of a refused payload some may be written before; a small room must not be left then either.
  const size_t capacity = (expected.result < 0 ? payload.size() * 2 : expected.bytes.size()) + templates::kOutputSlack;
  for (const templates::NamedKernel& kernel : templates::AvailableKernels()) {
    const std::unique_ptr<char[]> memory(new char[offset + capacity]);
    char* const out = memory.get() + offset;
    const int64_t result = kernel.run(table, padded, tokens, out, capacity);
    if (expected.result < 0) {
      // Which of two faults is met first depends on the room.
      if (result >= 0) return std::string(kernel.name) + ": accepts what is to be refused";
      if (result != expected.result && result != static_cast<int64_t>(templates::Refusal::kNoRoom)) {
        return std::string(kernel.name) + ": another refusal";
      }
    } else if (result != expected.result) {
      return std::string(kernel.name) + ": " + std::to_string(result) + " instead of " + std::to_string(expected.result);
    } else if (std::string_view(out, expected.bytes.size()) != expected.bytes) {
      return std::string(kernel.name) + ": other bytes";
    }
  }
  return "";
}

// `bytes` as the fuzzer makes them: the table's shape, "+" or "-" for one token too many or few in the announced number (else
// it is the number of ESC bytes), then the payload.
inline std::string FindTemplateFault(std::string_view bytes) {
  if (bytes.size() < 2) return "";
  const auto shape = static_cast<uint8_t>(bytes[0]);
  const char skew = bytes[1];
  bytes.remove_prefix(2);
  templates::TableContent content;
  content.id_width = 1 + (shape & 1);
  const size_t count = shape >> 2;
  for (size_t i = 0; i + templates::kFirstLiteral < count; ++i) {
    const std::string text = "<" + std::string(i * i, static_cast<char>('a' + i % 26)) + "\x1b>";
    content.literals.push_back({i == 0 ? "" : text, (i + shape) % 3 == 0 ? templates::Mode::kRaw : templates::Mode::kEscape});
  }
  if (!templates::LiteralTable::Fault(content).empty()) return "a table of this shape is refused";
  const templates::LiteralTable table(content);
  const auto escapes = static_cast<uint32_t>(std::count(bytes.begin(), bytes.end(), templates::kEscape));
  return FindAssemblyFault(table, bytes, escapes + (skew == '+') - (skew == '-'), shape & 31);
}

}  // namespace fuzz
