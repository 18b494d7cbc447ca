#include "native/hints/link.h"

#include <algorithm>

#include "native/base/bytes.h"

namespace fastserve::hints {

namespace {

constexpr std::string_view kWhite = " \t";

void SkipWhite(std::string_view* text) { text->remove_prefix(std::min(text->find_first_not_of(kWhite), text->size())); }

bool TakeByte(std::string_view* text, char byte) {
  if (text->empty() || text->front() != byte) return false;
  text->remove_prefix(1);
  return true;
}

// Up to the first of `ends`, without white space around.
std::string_view TakeUntil(std::string_view* text, std::string_view ends) {
  const std::string_view taken = text->substr(0, text->find_first_of(ends));
  text->remove_prefix(taken.size());
  return base::TrimOws(taken);
}

// A quoted-string, whose first quote is gone (RFC 9110 5.6.4); escapes stay. False: it has no end.
bool TakeQuoted(std::string_view* text, std::string_view* value) {
  for (size_t i = 0; i < text->size(); ++i) {
    if ((*text)[i] == '\\') ++i;
    else if ((*text)[i] == '"') {
      *value = text->substr(0, i);
      text->remove_prefix(i + 1);
      return true;
    }
  }
  return false;
}

// What follows a semicolon; of several rel the first counts (RFC 8288 3.3).
bool TakeParameter(std::string_view* text, Link* link) {
  SkipWhite(text);
  const std::string_view name = TakeUntil(text, "=;,");
  std::string_view value;
  if (TakeByte(text, '=')) {
    SkipWhite(text);
    if (!TakeByte(text, '"')) value = TakeUntil(text, ";,");
    else if (!TakeQuoted(text, &value)) return false;
  }
  if (base::EqualsIgnoreCase(name, "rel") && link->rel.empty()) link->rel = value;
  if (base::EqualsIgnoreCase(name, "nonce")) link->has_nonce = true;
  SkipWhite(text);
  return text->empty() || text->front() == ';' || text->front() == ',';
}

}  // namespace

bool TakeLink(std::string_view* list, Link* link) {
  // Empty elements are none (RFC 9110 5.6.1).
  do SkipWhite(list);
  while (TakeByte(list, ','));
  const std::string_view begin = *list;
  *link = {};
  if (!TakeByte(list, '<')) return false;
  const size_t close = list->find('>');
  if (close == std::string_view::npos) return false;
  link->target = list->substr(0, close);
  list->remove_prefix(close + 1);
  SkipWhite(list);
  while (TakeByte(list, ';')) {
    if (!TakeParameter(list, link)) return false;
  }
  if (!list->empty() && list->front() != ',') return false;
  link->whole = base::TrimOws(begin.substr(0, begin.size() - list->size()));
  return true;
}

bool HasRelation(std::string_view rel, std::string_view type) {
  while (!rel.empty()) {
    const std::string_view one = rel.substr(0, rel.find_first_of(kWhite));
    if (base::EqualsIgnoreCase(one, type)) return true;
    rel.remove_prefix(std::min(one.size() + 1, rel.size()));
  }
  return false;
}

}  // namespace fastserve::hints
