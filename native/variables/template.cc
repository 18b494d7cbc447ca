#include "native/variables/template.h"

#include <algorithm>

#include "native/base/bytes.h"
#include "native/variables/lookup.h"

namespace fastserve::variables {

namespace {

bool IsNameByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool Fail(TemplateError* error, size_t offset, std::string message) {
  *error = {offset, std::move(message)};
  return false;
}

// A name in an error is cut: a configuration may hold anything.
std::string Shown(std::string_view name) {
  constexpr size_t kMostShown = 40;
  return "$" + std::string(name.substr(0, kMostShown)) + (name.size() > kMostShown ? "..." : "");
}

// Reads the variable at text[at], a dollar sign. *next is where the text goes on.
bool ReadName(std::string_view text, size_t at, std::string_view* name, size_t* next, TemplateError* error) {
  const bool braced = at + 1 < text.size() && text[at + 1] == '{';
  const size_t begin = at + (braced ? 2 : 1);
  size_t end = begin;
  while (end < text.size() && IsNameByte(text[end])) ++end;
  if (braced && (end == text.size() || text[end] != '}')) {
    return Fail(error, end, "\"${\" needs a variable's name and \"}\" behind it");
  }
  if (end == begin) return Fail(error, at, "\"$\" needs a variable's name behind it; a dollar sign itself is \"$$\"");
  *name = text.substr(begin, end - begin);
  *next = end + (braced ? 1 : 0);
  return true;
}

bool FailUnknown(std::string_view name, size_t offset, TemplateError* error) {
  std::string message = "unknown variable " + Shown(name);
  const std::string_view nearest = NearestVariable(name);
  if (nearest.ends_with('_')) {
    message.append("; did you mean $").append(nearest).append(" with a name behind it?");
  } else if (!nearest.empty()) {
    message.append("; did you mean $").append(nearest).append("?");
  }
  return Fail(error, offset, std::move(message));
}

// As fields spell it.
std::string FieldNameOf(std::string_view name) {
  std::string spelled(name);
  for (char& c : spelled) c = c == '_' ? '-' : base::ToLowerAscii(c);
  return spelled;
}

// Writes those of out[from, ...) as %XX that may not stand in a field value.
void EscapeForField(size_t from, std::string* out) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  const auto is_bad = [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F; };
  for (size_t at = from; at < out->size(); ++at) {
    const char c = (*out)[at];
    if (!is_bad(c)) continue;
    const auto byte = static_cast<unsigned char>(c);
    const char escaped[3] = {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    out->replace(at, 1, escaped, sizeof escaped);
    at += 2;
  }
}

}  // namespace

bool Template::Compile(std::string_view text, Template* out, TemplateError* error) {
  if (text.size() > kMaxTemplateBytes) return Fail(error, kMaxTemplateBytes, "more than 4096 bytes");
  std::vector<Part> parts;
  std::string literal;
  const auto end_literal = [&] {
    if (!literal.empty()) parts.push_back({Variable::kLiteral, std::move(literal)});
    literal.clear();
  };
  for (size_t at = 0; at < text.size();) {
    if (text[at] != '$') {
      literal.push_back(text[at++]);
      continue;
    }
    if (at + 1 < text.size() && text[at + 1] == '$') {
      literal.push_back('$');
      at += 2;
      continue;
    }
    std::string_view name;
    size_t next = 0;
    if (!ReadName(text, at, &name, &next, error)) return false;
    const std::optional<NamedVariable> found = FindVariable(name);
    if (!found) return FailUnknown(name, at, error);
    end_literal();
    parts.push_back({found->variable, found->variable == Variable::kField ? FieldNameOf(found->name) : std::string(found->name)});
    at = next;
  }
  end_literal();
  out->parts_ = std::move(parts);
  return true;
}

void Template::Expand(const RequestFacts& facts, std::string* out) const {
  for (const Part& part : parts_) {
    if (part.variable == Variable::kLiteral) {
      out->append(part.text);
    } else {
      AppendVariable(part.variable, part.text, facts, out);
    }
  }
}

void Template::ExpandForField(const RequestFacts& facts, std::string* out) const {
  const size_t from = out->size();
  Expand(facts, out);
  EscapeForField(from, out);
}

bool Template::Uses(Variable variable) const {
  return std::ranges::any_of(parts_, [variable](const Part& part) { return part.variable == variable; });
}

bool Template::is_constant() const {
  return std::ranges::all_of(parts_, [](const Part& part) { return part.variable == Variable::kLiteral; });
}

}  // namespace fastserve::variables
