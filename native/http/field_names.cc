// The names behind FieldId and the tables of field_lookup.h, both built by the compiler.
#include "native/http/field_lookup.h"

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

constexpr std::array<FieldNameRow, kFieldCount> MakeFieldNameRows() {
  std::array<FieldNameRow, kFieldCount> rows{};
  for (size_t id = 0; id < kFieldCount; ++id) {
    rows[id].length = static_cast<uint8_t>(kFieldNames[id].size());
    for (size_t i = 0; i < kFieldNames[id].size(); ++i) rows[id].text[i] = kFieldNames[id][i];
  }
  return rows;
}

constexpr std::array<uint8_t, kFieldSlotCount> MakeSlots() {
  std::array<uint8_t, kFieldSlotCount> slots{};
  for (size_t id = 1; id < kFieldCount; ++id) {
    slots[FieldSlot(kFieldNames[id].data(), kFieldNames[id].size())] = static_cast<uint8_t>(id);
  }
  return slots;
}

}  // namespace

constexpr std::array<FieldNameRow, kFieldCount> kFieldNameRows = MakeFieldNameRows();
constexpr std::array<uint8_t, kFieldSlotCount> kFieldSlots = MakeSlots();

std::string_view FieldName(FieldId id) { return kFieldNames[static_cast<size_t>(id)]; }

}  // namespace fastserve::http
