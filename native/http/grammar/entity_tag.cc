// entity-tag = [ "W/" ] DQUOTE *etagc DQUOTE. There are no escapes: a quote always ends the tag, a comma may be inside.
#include "native/http/grammar/entity_tag.h"

#include "native/http/grammar/character_class.h"

namespace fastserve::http {

bool TakeEntityTag(std::string_view* text, EntityTag* tag) {
  std::string_view rest = *text;
  const bool weak = rest.starts_with("W/");  // case-sensitive
  if (weak) rest.remove_prefix(2);
  if (!rest.starts_with('"')) return false;
  const char* const end = rest.data() + rest.size();
  const char* const close = SkipClass(kEntityTagByte, rest.data() + 1, end);
  if (close == end || *close != '"') return false;
  *tag = {weak, {rest.data(), static_cast<size_t>(close + 1 - rest.data())}};
  *text = {close + 1, static_cast<size_t>(end - close - 1)};
  return true;
}

EntityTag ParseEntityTag(std::string_view text) {
  EntityTag tag;
  return TakeEntityTag(&text, &tag) && text.empty() ? tag : EntityTag{};
}

bool StrongEquals(const EntityTag& a, const EntityTag& b) { return !a.weak && !b.weak && WeakEquals(a, b); }

bool WeakEquals(const EntityTag& a, const EntityTag& b) { return !a.opaque.empty() && a.opaque == b.opaque; }

}  // namespace fastserve::http
