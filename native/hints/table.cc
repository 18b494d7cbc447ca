#include "native/hints/table.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "native/base/bytes.h"
#include "native/base/hash.h"
#include "native/base/random_seed.h"
#include "native/hints/link.h"
#include "native/http/fields/field_lines.h"
#include "native/http/fields/field_list.h"

namespace fastserve::hints {

namespace {

// Peers choose what is hashed.
uint64_t Seed() {
  static const uint64_t seed = base::RandomSeed();
  return seed;
}

bool IsAmong(std::string_view link, std::string_view lines) {
  for (http::FieldLine line; http::TakeFieldLine(&lines, &line);) {
    if (line.value == link) return true;
  }
  return false;
}

// Whether all links of a line are among `hinted`, and there is one.
bool SaysNothingNew(std::string_view value, std::string_view hinted) {
  bool any = false;
  for (Link link; TakeLink(&value, &link); any = true) {
    if (!IsAmong(link.whole, hinted)) return false;
  }
  return any && value.empty();
}

}  // namespace

PageKey KeyOf(uint16_t route, bool secure, std::string_view authority) {
  std::string host(authority);
  std::ranges::transform(host, host.begin(), base::ToLowerAscii);
  return {base::HashBytes(host, Seed() ^ (uint64_t{route} << 1 | (secure ? 1 : 0)))};
}

bool IsNavigation(const http::RequestHead& head, std::string_view head_bytes) {
  if (head.method != http::Method::kGet || head.minor_version == 0) return false;
  const http::Field* mode = head.Find(http::FieldId::kSecFetchMode);
  return mode != nullptr && http::ValueOf(*mode, head_bytes) == "navigate";
}

Pupil PupilOf(const base::IpAddress& client, const http::RequestHead& head, std::string_view head_bytes) {
  const base::IpAddress network = base::Masked(client, 32, 64);
  const std::string_view bytes(reinterpret_cast<const char*>(network.bytes), sizeof network.bytes);
  Pupil pupil{base::HashBytes(bytes, Seed() ^ network.family), 0};
  for (uint16_t i = 0; i < head.field_count; ++i) {
    const http::Field& field = head.fields[i];
    const auto id = static_cast<http::FieldId>(field.name_id);
    if (id != http::FieldId::kCookie && id != http::FieldId::kAuthorization) continue;
    pupil.credentials = base::HashBytes(http::ValueOf(field, head_bytes), pupil.credentials ^ Seed()) | 1;
  }
  return pupil;
}

Lines Table::LinesFor(const PageKey& page, int64_t now_ms) const {
  const std::lock_guard hold(lock_);
  const auto found = pages_.find(page);
  if (found == pages_.end() || now_ms - found->second.page.learnt_ms() > policy_.max_age_ms) return nullptr;
  return found->second.lines;
}

void Table::Learn(const PageKey& key, const Pupil& pupil, std::string_view fields, int64_t now_ms) {
  bool may_teach = false;
  const std::vector<std::string_view> links = HintsOf(fields, policy_, &may_teach);
  if (!may_teach) return;
  const std::lock_guard hold(lock_);
  auto found = pages_.find(key);
  if (links.empty()) {
    if (found != pages_.end()) pages_.erase(found);
    return;
  }
  if (found == pages_.end()) {
    MakeRoom(now_ms);
    found = pages_.try_emplace(key).first;
  } else if (now_ms - found->second.page.learnt_ms() > policy_.max_age_ms) {
    found->second = {};  // what was told so long ago is no witness either
  }
  Entry& entry = found->second;
  if (!entry.page.Learn(links, pupil, now_ms)) return;
  std::string lines = entry.page.Lines();
  entry.lines = lines.empty() ? nullptr : std::make_shared<const std::string>(std::move(lines));
}

// Those that are too old go, or the one that has been told nothing for the longest time. Hosts that nobody serves could fill the table:
// a walk through it costs them a view each.
void Table::MakeRoom(int64_t now_ms) {
  if (pages_.size() < kMaxPages) return;
  std::erase_if(pages_, [&](const auto& each) { return now_ms - each.second.page.learnt_ms() > policy_.max_age_ms; });
  if (pages_.size() < kMaxPages) return;
  pages_.erase(std::ranges::min_element(pages_, {}, [](const auto& each) { return each.second.page.learnt_ms(); }));
}

std::string LinesBeyond(std::string_view fields, std::string_view hinted) {
  std::string beyond;
  for (http::FieldLine line; http::TakeFieldLine(&fields, &line);) {
    if (!line.Is("link") || !SaysNothingNew(line.value, hinted)) beyond += line.whole;
  }
  return beyond;
}

}  // namespace fastserve::hints
