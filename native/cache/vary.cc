#include "native/cache/vary.h"

#include <algorithm>

#include "native/base/bytes.h"
#include "native/http/fields/accept_encoding.h"
#include "native/http/fields/field_list.h"

namespace fastserve::cache {
namespace {

// Whether a list of codings names only such as are told apart by the answer: the rest is taken literally, because a client
// that takes another coding could be given it and one that does not must never be.
bool HasKnownCodingsOnly(std::string_view list) {
  constexpr std::string_view kKnown[] = {"br", "zstd", "gzip", "x-gzip", "identity"};
  while (!list.empty()) {
    const size_t length = std::min(list.find(','), list.size());
    const std::string_view member = list.substr(0, length);
    const std::string_view coding = base::TrimOws(member.substr(0, member.find(';')));
    const auto is = [&](std::string_view known) { return base::EqualsIgnoreCase(coding, known); };
    if (!coding.empty() && std::ranges::none_of(kKnown, is)) return false;
    list.remove_prefix(std::min(length + 1, list.size()));
  }
  return true;
}

std::string CodingsOf(const RequestView& request) {
  const http::CodingWeights weights = http::ReadAcceptEncoding(request.head, request.bytes);
  std::string codings;
  for (const http::Coding coding : {http::Coding::kBrotli, http::Coding::kZstd, http::Coding::kGzip}) {
    if (weights[static_cast<size_t>(coding)] == 0) continue;
    codings.append(http::CodingName(coding)).push_back(' ');
  }
  return codings;
}

void AppendList(std::string_view value, std::string* list) {
  bool quoted = false;
  size_t begin = 0;
  for (size_t i = 0; i <= value.size(); ++i) {
    if (quoted && i + 1 < value.size() && value[i] == '\\') {
      ++i;  // an escaped quote ends nothing
      continue;
    }
    if (i < value.size() && value[i] == '"') quoted = !quoted;
    if (i < value.size() && (value[i] != ',' || quoted)) continue;
    const std::string_view member = base::TrimOws(value.substr(begin, i - begin));
    if (!list->empty()) list->push_back(',');
    list->append(member);
    begin = i + 1;
  }
}

}  // namespace

std::string NormalisedValue(const RequestView& request, std::string_view name) {
  std::string list;
  bool present = false;
  for (uint16_t i = 0; i < request.head.field_count; ++i) {
    const http::Field& field = request.head.fields[i];
    if (!base::EqualsIgnoreCase(http::NameOf(field, request.bytes), name)) continue;
    AppendList(http::ValueOf(field, request.bytes), &list);
    present = true;
  }
  if (!present) return {};
  if (list.empty()) return ",";
  if (name == "accept-encoding" && HasKnownCodingsOnly(list)) return "=" + CodingsOf(request);
  // Language ranges are compared in any case (RFC 4647 2.1). Their order may mean something (RFC 9110 12.5.4).
  if (name == "accept-language") std::ranges::transform(list, list.begin(), base::ToLowerAscii);
  return list;
}

std::vector<VaryField> SelectionOf(const RequestView& request, const std::vector<std::string>& names) {
  std::vector<VaryField> selection;
  for (const std::string& name : names) selection.push_back({name, NormalisedValue(request, name)});
  return selection;
}

bool Selects(const RequestView& request, const Entry& entry) {
  return std::ranges::all_of(entry.vary,
                             [&](const VaryField& field) { return NormalisedValue(request, field.name) == field.value; });
}

}  // namespace fastserve::cache
