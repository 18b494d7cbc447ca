// The names behind FieldId and the tables of field_lookup.h, both built by the compiler.
#include "native/http/fields/field_lookup.h"

namespace fastserve::http {

namespace {

constexpr size_t kFieldCount = static_cast<size_t>(FieldId::kCount);

// In the order of FieldId.
constexpr std::array<std::string_view, kFieldCount> kFieldNames = {
    "", "host", "connection", "content-length", "transfer-encoding", "expect", "upgrade", "te", "trailer",
    "keep-alive", "proxy-connection", "accept", "accept-encoding", "accept-language", "authorization",
    "cache-control", "content-type", "content-encoding", "cookie", "date", "forwarded", "if-match",
    "if-modified-since", "if-none-match", "if-range", "if-unmodified-since", "origin", "pragma", "range", "referer",
    "sec-fetch-dest", "sec-fetch-mode", "sec-fetch-site", "sec-fetch-user", "user-agent", "via", "x-forwarded-for",
    "x-forwarded-host", "x-forwarded-proto", "x-request-id", "x-requested-with", "x-csrf-token", "traceparent",
    "tracestate", "priority", "dnt", "upgrade-insecure-requests", "sec-ch-ua", "sec-ch-ua-mobile",
    "sec-ch-ua-platform", "sec-websocket-key", "sec-websocket-version", "sec-websocket-protocol",
    "sec-websocket-extensions"};

constexpr bool SlotsAreDistinct() {
  std::array<bool, kFieldSlotCount> taken{};
  for (size_t id = 1; id < kFieldCount; ++id) {
    const size_t slot = FieldSlot(kFieldNames[id].data(), kFieldNames[id].size());
    if (taken[slot]) return false;
    taken[slot] = true;
  }
  return true;
}
static_assert(SlotsAreDistinct(), "two field names share a slot: try other multipliers in FieldSlot");

constexpr FieldNameRow MakeRow(std::string_view name) {
  FieldNameRow row{};
  for (size_t i = 0; i < kFieldNameWidth; ++i) {
    const bool is_letter = i < name.size() && name[i] >= 'a' && name[i] <= 'z';
    row.text[i] = i < name.size() ? static_cast<uint8_t>(name[i]) : 0xFF;
    row.either_case[i] = i >= name.size() ? 0xFF : is_letter ? 0x20 : 0;
  }
  return row;
}

constexpr std::array<FieldNameRow, kFieldCount> MakeFieldNameRows() {
  std::array<FieldNameRow, kFieldCount> rows{};
  for (size_t id = 0; id < kFieldCount; ++id) rows[id] = MakeRow(kFieldNames[id]);
  return rows;
}

constexpr std::array<FieldCandidate, kFieldSlotCount> MakeSlots() {
  std::array<FieldCandidate, kFieldSlotCount> slots{};
  for (size_t id = 1; id < kFieldCount; ++id) {
    const std::string_view name = kFieldNames[id];
    slots[FieldSlot(name.data(), name.size())] = {static_cast<uint8_t>(id), static_cast<uint8_t>(name.size())};
  }
  return slots;
}

constexpr bool NamesFitTheirRows() {
  for (const std::string_view name : kFieldNames) {
    if (name.size() > kFieldNameWidth) return false;
  }
  return true;
}
static_assert(NamesFitTheirRows());

}  // namespace

constexpr std::array<FieldNameRow, kFieldCount> kFieldNameRows = MakeFieldNameRows();
constexpr std::array<FieldCandidate, kFieldSlotCount> kFieldSlots = MakeSlots();

std::string_view FieldName(FieldId id) { return kFieldNames[static_cast<size_t>(id)]; }

}  // namespace fastserve::http
