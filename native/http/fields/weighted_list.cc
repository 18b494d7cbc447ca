#include "native/http/fields/weighted_list.h"

#include "native/base/bytes.h"

namespace fastserve::http {
namespace {

// Takes what stands before the next `separator` that is outside of quoted strings (RFC 9110 5.6.4), and the separator.
std::string_view TakeUntil(char separator, std::string_view* text) {
  bool quoted = false;
  size_t end = 0;
  for (; end < text->size(); ++end) {
    const char c = (*text)[end];
    if (quoted && c == '\\') {
      ++end;  // quoted-pair; behind the last byte nothing is left to escape
    } else if (c == '"') {
      quoted = !quoted;
    } else if (c == separator && !quoted) {
      break;
    }
  }
  const std::string_view taken = text->substr(0, end);
  text->remove_prefix(end < text->size() ? end + 1 : text->size());
  return taken;
}

// qvalue = ( "0" [ "." 0*3DIGIT ] ) / ( "1" [ "." 0*3("0") ] )
bool ReadWeight(std::string_view text, uint16_t* weight) {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return false;
  if (text.size() > 1 && text[1] != '.') return false;
  unsigned thousandths = text[0] == '1' ? kFullWeight : 0;
  unsigned place = 100;
  for (size_t i = 2; i < text.size(); ++i, place /= 10) {
    if (text[i] < '0' || text[i] > '9') return false;
    thousandths += static_cast<unsigned>(text[i] - '0') * place;
  }
  if (thousandths > kFullWeight) return false;
  *weight = static_cast<uint16_t>(thousandths);
  return true;
}

// The parameters behind a value: ";q=0.5", with optional white space around the semicolons.
bool ReadParameters(std::string_view text, uint16_t* weight) {
  while (!text.empty()) {
    const std::string_view parameter = base::TrimOws(TakeUntil(';', &text));
    if (parameter.empty()) continue;  // RFC 9110 5.6.6 allows ";;"
    const size_t equals = parameter.find('=');
    if (equals == std::string_view::npos) return false;
    const bool is_weight = base::EqualsIgnoreCase(parameter.substr(0, equals), "q");
    if (is_weight && !ReadWeight(parameter.substr(equals + 1), weight)) return false;
  }
  return true;
}

}  // namespace

bool TakeWeightedMember(std::string_view* list, WeightedMember* member) {
  while (!list->empty()) {
    std::string_view text = TakeUntil(',', list);
    member->value = base::TrimOws(TakeUntil(';', &text));
    member->weight = kFullWeight;
    if (!member->value.empty() && ReadParameters(text, &member->weight)) return true;
  }
  return false;
}

}  // namespace fastserve::http
