#include "native/cache/targeted.h"

#include <algorithm>

#include "native/cache/directive_names.h"
#include "native/http/grammar/character_class.h"

namespace fastserve::cache {
namespace {

bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsKeyByte(char c) { return IsLower(c) || IsDigit(c) || c == '_' || c == '-' || c == '.' || c == '*'; }
bool IsAlpha(char c) { return IsLower(c) || (c >= 'A' && c <= 'Z'); }
bool IsTokenByte(char c) { return http::Is(http::kTokenByte, c) || c == ':' || c == '/'; }

// A bare item, as far as directives have use for it.
struct Item {
  enum class Type : uint8_t { kInteger, kBoolean, kOther } type = Type::kBoolean;
  int64_t integer = 0;
  bool boolean = true;
};

// Parses from the front of `rest`. Each function returns false for what the grammar does not have.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }
  void SkipBlanks(std::string_view blanks) { rest_.remove_prefix(std::min(rest_.find_first_not_of(blanks), rest_.size())); }
  bool Take(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool TakeKey(std::string_view* key) {
    if (rest_.empty() || (!IsLower(rest_.front()) && rest_.front() != '*')) return false;
    return TakeWhile(IsKeyByte, key);
  }
  bool TakeItem(Item* item) {
    if (rest_.empty()) return false;
    const char first = rest_.front();
    if (first == '"') return TakeOther(item, [this] { return TakeString(); });
    if (first == '?') return TakeBoolean(item);
    if (first == '-' || IsDigit(first)) return TakeNumber(item);
    if (first == ':') return TakeOther(item, [this] { return TakeBytes(); });
    std::string_view token;
    const bool is_token = IsAlpha(first) || first == '*';
    return is_token && TakeOther(item, [&] { return TakeWhile(IsTokenByte, &token); });
  }
  // RFC 9651 3.1.2. Directives have none, but nothing forbids them.
  bool SkipParameters() {
    while (Take(';')) {
      SkipBlanks(" ");
      std::string_view key;
      Item ignored;
      if (!TakeKey(&key) || (Take('=') && !TakeItem(&ignored))) return false;
    }
    return true;
  }

 private:
  template <typename Is>
  bool TakeWhile(Is is, std::string_view* taken) {
    const auto end = std::ranges::find_if_not(rest_, is);
    *taken = rest_.substr(0, static_cast<size_t>(end - rest_.begin()));
    rest_.remove_prefix(taken->size());
    return !taken->empty();
  }
  template <typename Taking>
  bool TakeOther(Item* item, Taking taking) {
    item->type = Item::Type::kOther;
    return taking();
  }
  bool TakeBoolean(Item* item) {
    rest_.remove_prefix(1);
    item->type = Item::Type::kBoolean;
    item->boolean = Take('1');
    return item->boolean || Take('0');
  }
  bool TakeString() {
    rest_.remove_prefix(1);
    while (!rest_.empty()) {
      const char c = rest_.front();
      rest_.remove_prefix(1);
      if (c == '"') return true;
      if (c < 0x20 || c > 0x7e) return false;
      if (c == '\\' && !Take('"') && !Take('\\')) return false;
    }
    return false;
  }
  bool TakeBytes() {
    rest_.remove_prefix(1);
    std::string_view encoded;
    TakeWhile([](char c) { return IsAlpha(c) || IsDigit(c) || c == '+' || c == '/' || c == '='; }, &encoded);
    return Take(':');
  }
  // At most 15 digits, or 12 and 3 behind the point (RFC 9651 3.3.1, 3.3.2).
  bool TakeNumber(Item* item) {
    const bool negative = Take('-');
    std::string_view digits, fraction;
    if (!TakeWhile(IsDigit, &digits) || digits.size() > 15) return false;
    if (Take('.')) {
      item->type = Item::Type::kOther;
      return digits.size() <= 12 && TakeWhile(IsDigit, &fraction) && fraction.size() <= 3;
    }
    item->type = negative ? Item::Type::kOther : Item::Type::kInteger;
    item->integer = ParseDeltaSeconds(digits);
    return true;
  }

  std::string_view rest_;
};

void Apply(std::string_view key, const Item& item, Directives* directives) {
  for (const FlagName& flag : kFlagNames) {
    if (key != flag.name || !flag.in_answers) continue;
    // no-cache="field" and private="field" are taken as if no field was named: more careful than asked for.
    const bool is_named = item.type != Item::Type::kBoolean && (key == "no-cache" || key == "private");
    directives->*flag.member = is_named || (item.type == Item::Type::kBoolean && item.boolean);
  }
  for (const SecondsName& seconds : kSecondsNames) {
    if (key == seconds.name && seconds.in_answers) directives->*seconds.member = item.type == Item::Type::kInteger ? item.integer : kAbsent;
  }
}

bool SkipInnerList(Reader* reader) {
  Item ignored;
  while (true) {
    reader->SkipBlanks(" ");
    if (reader->Take(')')) return true;
    if (!reader->TakeItem(&ignored) || !reader->SkipParameters()) return false;
  }
}

bool TakeMember(Reader* reader, Directives* directives) {
  std::string_view key;
  Item item;
  if (!reader->TakeKey(&key)) return false;
  if (reader->Take('=')) {
    if (reader->Take('(')) {
      item.type = Item::Type::kOther;
      if (!SkipInnerList(reader)) return false;
    } else if (!reader->TakeItem(&item)) {
      return false;
    }
  }
  if (!reader->SkipParameters()) return false;
  Apply(key, item, directives);
  return true;
}

}  // namespace

bool ReadTargetedDirectives(std::string_view value, Directives* directives) {
  Reader reader(value);
  Directives read;
  reader.SkipBlanks(" ");
  if (reader.at_end()) return false;
  while (true) {
    if (!TakeMember(&reader, &read)) return false;
    reader.SkipBlanks(" \t");
    if (reader.at_end()) break;
    if (!reader.Take(',')) return false;
    reader.SkipBlanks(" \t");
    if (reader.at_end()) return false;
  }
  *directives = std::move(read);
  return true;
}

}  // namespace fastserve::cache
