#include "native/http/fields/forwarded.h"

#include <algorithm>
#include <array>

#include "native/base/bytes.h"
#include "native/http/grammar/authority.h"
#include "native/http/grammar/character_class.h"

namespace fastserve::http {

namespace {

// Proxies in a row that are looked at, and elements that one Forwarded list may have.
constexpr size_t kMaxHops = 64;

bool ReadScheme(std::string_view text, ForwardedScheme* scheme) {
  if (text.empty()) return true;
  if (base::EqualsIgnoreCase(text, "https")) {
    *scheme = ForwardedScheme::kHttps;
  } else if (base::EqualsIgnoreCase(text, "http")) {
    *scheme = ForwardedScheme::kHttp;
  } else {
    return false;
  }
  return true;
}

bool ReadHost(std::string_view text, std::string_view head_bytes, ForwardedFacts* facts) {
  if (text.empty()) return true;
  if (!IsAuthority(text, PortRule::kOptional)) return false;
  facts->host_offset = static_cast<uint16_t>(text.data() - head_bytes.data());
  facts->host_length = static_cast<uint16_t>(text.size());
  return true;
}

// ---- Forwarded ------------------------------------------------------------------------------------------------------

// One forwarded-element; views into the head. Empty: not said.
struct Element {
  std::string_view node, scheme, host;
};

struct ElementList {
  std::array<Element, kMaxHops> elements;
  size_t count = 0;
};

// RFC 7239 6 wants a node with a colon quoted; that rule has been broken for so long that its breach says nothing.
bool IsPlainValueByte(char c) { return Is(kTokenByte, c) || c == ':' || c == '[' || c == ']'; }

// Takes a token or quoted-string from *rest. `escaped`: it holds a quoted-pair, so the bytes are not the value.
bool TakeValue(std::string_view* rest, std::string_view* value, bool* escaped) {
  *escaped = false;
  size_t length = 0;
  if (!rest->starts_with('"')) {
    while (length < rest->size() && IsPlainValueByte((*rest)[length])) ++length;
    *value = rest->substr(0, length);
    rest->remove_prefix(length);
    return length > 0;
  }
  for (length = 1; length < rest->size() && (*rest)[length] != '"'; ++length) {
    if ((*rest)[length] == '\\') {
      *escaped = true;
      ++length;
    }
  }
  if (length >= rest->size()) return false;
  *value = rest->substr(1, length - 1);
  rest->remove_prefix(length + 1);
  return true;
}

// The place of a parameter in `element`, nullptr for one that we have no use for.
std::string_view* PlaceOf(std::string_view name, Element* element) {
  if (base::EqualsIgnoreCase(name, "for")) return &element->node;
  if (base::EqualsIgnoreCase(name, "proto")) return &element->scheme;
  if (base::EqualsIgnoreCase(name, "host")) return &element->host;
  return nullptr;
}

bool TakePair(std::string_view* rest, Element* element) {
  size_t length = 0;
  while (length < rest->size() && Is(kTokenByte, (*rest)[length])) ++length;
  const std::string_view name = rest->substr(0, length);
  if (length == 0 || length == rest->size() || (*rest)[length] != '=') return false;
  rest->remove_prefix(length + 1);
  std::string_view value;
  bool escaped;
  if (!TakeValue(rest, &value, &escaped)) return false;
  std::string_view* place = PlaceOf(name, element);
  if (place == nullptr) return true;
  // Each parameter at most once in an element (RFC 7239 4). Nothing that we read needs a quoted-pair.
  if (!place->empty() || escaped) return false;
  *place = value;
  return true;
}

// Takes the elements of one field line.
bool TakeElements(std::string_view line, ElementList* list) {
  Element element;
  bool any = false;
  while (true) {
    line = base::TrimOws(line);
    if (!line.empty() && line.front() != ',' && line.front() != ';') {
      if (!TakePair(&line, &element)) return false;
      any = true;
      line = base::TrimOws(line);
      if (!line.empty() && line.front() != ',' && line.front() != ';') return false;
    }
    if (line.empty() || line.front() == ',') {
      if (any && list->count == kMaxHops) return false;
      if (any) list->elements[list->count++] = element;
      if (line.empty()) return true;
      element = {};
      any = false;
    }
    line.remove_prefix(1);
  }
}

bool ReadStandard(const RequestHead& head, std::string_view head_bytes, const TrustedPeers& trusted,
                  ForwardedFacts* facts) {
  ElementList list;
  for (uint16_t i = 0; i < head.field_count; ++i) {
    const Field& field = head.fields[i];
    if (field.name_id != static_cast<uint8_t>(FieldId::kForwarded)) continue;
    if (!TakeElements(head_bytes.substr(field.value_offset, field.value_length), &list)) return false;
  }
  const Element* outermost = nullptr;
  while (list.count > 0) {
    outermost = &list.elements[--list.count];
    base::IpAddress node;
    uint16_t port;
    if (!ParseForwardedNode(outermost->node, &node, &port)) break;
    facts->client = node;
    facts->port = port;
    if (!trusted.Contains(node)) break;
  }
  if (outermost == nullptr) return true;
  return ReadScheme(outermost->scheme, &facts->scheme) && ReadHost(outermost->host, head_bytes, facts);
}

// ---- X-Forwarded-* --------------------------------------------------------------------------------------------------

// The members of all lines of one field, last one first. Empty members are passed over.
class BackwardList {
 public:
  BackwardList(const RequestHead& head, std::string_view head_bytes, FieldId id)
      : head_(head), head_bytes_(head_bytes), id_(static_cast<uint8_t>(id)), next_line_(head.field_count) {}

  // False at the beginning of the list.
  bool Next(std::string_view* member) {
    do {
      if (!in_line_ && !NextLine()) return false;
      const size_t comma = line_.rfind(',');
      in_line_ = comma != std::string_view::npos;
      *member = base::TrimOws(in_line_ ? line_.substr(comma + 1) : line_);
      if (in_line_) line_ = line_.substr(0, comma);
    } while (member->empty());
    return true;
  }

 private:
  bool NextLine() {
    while (next_line_ > 0) {
      const Field& field = head_.fields[--next_line_];
      if (field.name_id != id_) continue;
      line_ = head_bytes_.substr(field.value_offset, field.value_length);
      return true;
    }
    return false;
  }

  const RequestHead& head_;
  std::string_view head_bytes_, line_;
  uint8_t id_;
  uint16_t next_line_;
  bool in_line_ = false;
};

// What the proxy `hops` elements from the right said. Proxies that replace a field instead of appending to it leave a
// shorter list: its left-most member then.
std::string_view MemberAt(const RequestHead& head, std::string_view head_bytes, FieldId id, size_t hops) {
  BackwardList list(head, head_bytes, id);
  std::string_view found, member;
  for (size_t i = 0; i <= hops && list.Next(&member); ++i) found = member;
  return found;
}

bool ReadCustomary(const RequestHead& head, std::string_view head_bytes, const TrustedPeers& trusted,
                   ForwardedFacts* facts) {
  BackwardList clients(head, head_bytes, FieldId::kXForwardedFor);
  std::string_view member;
  size_t hops = 0;
  for (; hops < kMaxHops && clients.Next(&member); ++hops) {
    base::IpAddress node;
    uint16_t port;
    if (!ParseForwardedNode(member, &node, &port)) break;
    facts->client = node;
    facts->port = port;
    if (!trusted.Contains(node)) break;
  }
  return ReadScheme(MemberAt(head, head_bytes, FieldId::kXForwardedProto, hops), &facts->scheme) &&
         ReadHost(MemberAt(head, head_bytes, FieldId::kXForwardedHost, hops), head_bytes, facts);
}

// Leaves in *facts what both forms say. False when they contradict each other.
bool Agree(std::string_view head_bytes, const ForwardedFacts& other, ForwardedFacts* facts) {
  if (!(facts->client == other.client)) return false;
  if (facts->port == 0) facts->port = other.port;
  if (facts->scheme == ForwardedScheme::kUnsaid || other.scheme == ForwardedScheme::kUnsaid) {
    facts->scheme = ForwardedScheme::kUnsaid;
  } else if (facts->scheme != other.scheme) {
    return false;
  }
  if (facts->host_length == 0 || other.host_length == 0) {
    facts->host_length = 0;
    return true;
  }
  return base::EqualsIgnoreCase(head_bytes.substr(facts->host_offset, facts->host_length),
                                head_bytes.substr(other.host_offset, other.host_length));
}

}  // namespace

bool TrustedPeers::Contains(const base::IpAddress& address) const {
  if (address.family == 0) return unix_sockets;
  return std::any_of(networks.begin(), networks.end(),
                     [&](const base::IpNetwork& network) { return network.Contains(address); });
}

bool ParseForwardedNode(std::string_view text, base::IpAddress* address, uint16_t* port) {
  *port = 0;
  if (text.starts_with('[')) {
    const size_t close = text.find(']');
    if (close == std::string_view::npos) return false;
    base::IpAddress parsed;
    const std::string_view inside = text.substr(1, close - 1);
    if (inside.find(':') == std::string_view::npos || !base::ParseIpAddress(inside, &parsed)) return false;
    const std::string_view rest = text.substr(close + 1);
    if (!rest.empty() && (rest.front() != ':' || !base::ParsePort(rest.substr(1), port))) return false;
    *address = parsed;
    return true;
  }
  const size_t colon = text.find(':');
  const bool one_colon = colon != std::string_view::npos && text.find(':', colon + 1) == std::string_view::npos;
  if (!one_colon) return base::ParseIpAddress(text, address);
  return base::ParsePort(text.substr(colon + 1), port) && base::ParseIpAddress(text.substr(0, colon), address);
}

bool ReadForwarded(const RequestHead& head, std::string_view head_bytes, const TrustedPeers& trusted,
                   ForwardedFacts* facts) {
  *facts = {};
  bool standard = false;
  bool customary = false;
  for (uint16_t i = 0; i < head.field_count; ++i) {
    const auto id = static_cast<FieldId>(head.fields[i].name_id);
    standard |= id == FieldId::kForwarded;
    customary |= id == FieldId::kXForwardedFor || id == FieldId::kXForwardedProto || id == FieldId::kXForwardedHost;
  }
  if (standard && !ReadStandard(head, head_bytes, trusted, facts)) return false;
  if (!customary) return true;
  if (!standard) return ReadCustomary(head, head_bytes, trusted, facts);
  ForwardedFacts other;
  return ReadCustomary(head, head_bytes, trusted, &other) && Agree(head_bytes, other, facts);
}

}  // namespace fastserve::http
