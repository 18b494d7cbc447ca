#include "native/http/fields/accept_encoding.h"

#include <algorithm>

#include "native/base/bytes.h"
#include "native/http/fields/weighted_list.h"

namespace fastserve::http {
namespace {

constexpr std::array<std::string_view, kCodingCount> kCodingNames = {"identity", "br", "zstd", "gzip"};
constexpr uint16_t kNotMentioned = kFullWeight + 1;

// The index of a coding's name, kCodingCount for one that we do not know.
size_t IndexOf(std::string_view name) {
  if (base::EqualsIgnoreCase(name, "x-gzip")) return static_cast<size_t>(Coding::kGzip);
  const auto* found = std::ranges::find_if(kCodingNames, [&](std::string_view known) { return base::EqualsIgnoreCase(name, known); });
  return static_cast<size_t>(found - kCodingNames.begin());
}

}  // namespace

std::string_view CodingName(Coding coding) { return kCodingNames[static_cast<size_t>(coding)]; }

CodingWeights ReadAcceptEncoding(const RequestHead& head, std::string_view head_bytes) {
  CodingWeights weights;
  weights.fill(kNotMentioned);
  uint16_t others = kNotMentioned;  // "*": every coding that is not mentioned
  ForEachWeightedMember(head, head_bytes, FieldId::kAcceptEncoding, [&](const WeightedMember& member) {
    const size_t index = IndexOf(member.value);
    if (index < kCodingCount) weights[index] = std::min(weights[index], member.weight);
    if (member.value == "*") others = std::min(others, member.weight);
  });
  if (others == kNotMentioned) others = 0;
  for (uint16_t& weight : weights) {
    if (weight == kNotMentioned) weight = others;
  }
  return weights;
}

Coding ChooseCoding(const CodingWeights& weights, std::span<const Coding> offered) {
  Coding chosen = Coding::kIdentity;
  uint16_t heaviest = 0;
  for (const Coding coding : offered) {
    const uint16_t weight = weights[static_cast<size_t>(coding)];
    if (weight <= heaviest) continue;
    chosen = coding;
    heaviest = weight;
  }
  return heaviest >= weights[static_cast<size_t>(Coding::kIdentity)] ? chosen : Coding::kIdentity;
}

}  // namespace fastserve::http
