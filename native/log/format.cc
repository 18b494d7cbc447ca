#include "native/log/format.h"

#include <algorithm>
#include <utility>

namespace fastserve::log {

namespace {

// Of one value, after escaping.
constexpr size_t kMaxValueBytes = 1024;
constexpr size_t kMaxLongValueBytes = 2048;
constexpr std::string_view kCut = "...";
constexpr std::string_view kNull = "null";

bool IsNameByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// The name of the variable at text[at], a dollar sign; *end is where the text goes on. Empty: none, or a dollar sign itself.
std::string_view NameAt(std::string_view text, size_t at, size_t* end) {
  const bool braced = text.substr(at + 1).starts_with('{');
  const size_t begin = at + (braced ? 2 : 1);
  size_t stop = begin;
  while (stop < text.size() && IsNameByte(text[stop])) ++stop;
  *end = stop + (braced ? 1 : 0);
  return *end > text.size() || (braced && text[stop] != '}') ? std::string_view{} : text.substr(begin, stop - begin);
}

// A value of the query as the policy lets it be written.
std::string Redacted(std::string_view name, std::string value, const Policy& policy) {
  if (name.starts_with("arg_")) {
    const bool hidden = policy.drops_query || std::ranges::find(policy.redacted, name.substr(4)) != policy.redacted.end();
    return hidden && !value.empty() ? std::string(kRedacted) : value;
  }
  if (name != "args" && name != "query_string") return value;
  std::string reference;
  policy.AppendReference("?" + value, &reference);
  return reference.empty() ? reference : reference.substr(1);
}

bool IsLong(Variable variable) { return variable == Variable::kRequest || variable == Variable::kRequestUri; }

}  // namespace

void Format::AddLiteral(std::string text) {
  if (text.empty()) return;
  reserved_bytes_ += text.size();
  parts_.emplace_back();
  parts_.back().is_literal = true;
  parts_.back().literal = std::move(text);
}

bool Format::AddVariable(std::string_view name, std::string* problem) {
  Part part;
  if (!FindVariable(name, &part.value, problem)) return false;
  if (IsKeptFromLogs(part.value, name)) {
    *problem = "$" + std::string(name) + " is nothing that a log shall keep";
    return false;
  }
  part.is_number = IsNumber(part.value.variable);
  captured_count_ += part.value.is_request();
  uses_sent_fields_ |= part.value.variable == Variable::kSentField;
  uses_phases_ |= IsPhase(part.value.variable);
  reserved_bytes_ += kCut.size() + kNull.size();
  parts_.push_back(std::move(part));
  return true;
}

bool Format::Compile(std::string_view text, Format* out, variables::TemplateError* error) {
  Format format;
  format.escape_ = text.starts_with('{') ? Escape::kJson : Escape::kText;
  std::string literal;
  size_t count = 0;
  for (size_t at = 0; at < text.size();) {
    if (text[at] != '$') {
      literal.push_back(text[at++]);
      continue;
    }
    size_t end = at + 2;
    if (text.substr(at).starts_with("$$")) {
      literal.push_back('$');
    } else {
      format.AddLiteral(std::exchange(literal, {}));
      std::string problem = "\"$\" needs a variable's name behind it; a dollar sign itself is \"$$\"";
      const std::string_view name = NameAt(text, at, &end);
      if (name.empty() || !format.AddVariable(name, &problem)) {
        *error = {at, std::move(problem)};
        return false;
      }
      ++count;
    }
    at = end;
  }
  format.AddLiteral(std::move(literal));
  if (text.size() > kMaxTextBytes || count > kMaxVariables) {
    *error = {0, "a form has at most 1024 bytes and 64 variables"};
    return false;
  }
  *out = std::move(format);
  return true;
}

bool Format::OfMembers(const Members& members, Format* out, std::string* problem) {
  Format format;
  format.escape_ = Escape::kJson;
  format.is_object_ = true;
  size_t bytes = 0;
  for (const auto& [name, variable] : members) {
    std::string key = format.parts_.empty() ? "{\"" : ",\"";
    AppendEscaped(name, kMaxTextBytes, Escape::kJson, &key);
    format.AddLiteral(key + "\":");
    bytes += key.size();
    if (!format.AddVariable(variable, problem)) return false;
  }
  format.AddLiteral(members.empty() ? "{}" : "}");
  if (bytes > kMaxTextBytes || members.size() > kMaxVariables) {
    *problem = "an object has at most 64 members, with names of 1024 bytes together";
    return false;
  }
  *out = std::move(format);
  return true;
}

void Format::Capture(const variables::RequestFacts& facts, const Policy& policy, std::vector<std::string>* values) const {
  for (const Part& part : parts_) {
    if (part.is_literal || !part.value.is_request()) continue;
    std::string value;
    part.value.request.Expand(facts, &value);
    values->push_back(Redacted(part.value.name, std::move(value), policy));
    values->back().resize(std::min(values->back().size(), kMaxLongValueBytes));
  }
}

// Returns how many bytes of `limit` were taken; quotation marks and "null" are reserved.
size_t Format::AppendMember(std::string_view value, bool is_number, size_t limit, std::string* out) const {
  if (value.empty()) {
    out->append(kNull);
    return 0;
  }
  if (!is_number) out->push_back('"');
  const size_t before = out->size();
  AppendEscaped(value, limit, Escape::kJson, out);
  const size_t taken = out->size() - before;
  if (!is_number) out->push_back('"');
  return taken;
}

void Format::AppendLine(const Record& record, const std::string* captured, std::string* scratch, std::string* out) const {
  size_t room = kMaxLineBytes - reserved_bytes_;
  for (const Part& part : parts_) {
    if (part.is_literal) {
      out->append(part.literal);
      continue;
    }
    std::string_view value;
    if (!part.value.is_request()) value = ValueOf(part.value.variable, part.value.name, record, scratch);
    else if (captured != nullptr) value = *captured++;
    const size_t limit = std::min(room, IsLong(part.value.variable) ? kMaxLongValueBytes : kMaxValueBytes);
    if (is_object_) {
      room -= std::min(room, AppendMember(value, part.is_number, limit, out));
      continue;
    }
    if (value.empty() && escape_ == Escape::kText) value = "-";
    const size_t before = out->size();
    AppendEscaped(value, limit, escape_, out);
    room -= std::min(room, out->size() - before);
  }
  out->push_back('\n');
}

}  // namespace fastserve::log
