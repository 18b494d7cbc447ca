#include "native/route/mount_index.h"

#include <algorithm>
#include <unordered_map>

#include "native/http/grammar/host_pattern.h"
#include "native/route/pattern.h"

namespace fastserve::route {

std::optional<CompileError> MountIndex::Build(const std::vector<MountSpec>& specs) {
  mounts_ = specs;
  std::stable_sort(mounts_.begin(), mounts_.end(), [](const MountSpec& a, const MountSpec& b) {
    return a.prefix != b.prefix ? a.prefix < b.prefix : http::IsMoreSpecific(a.host, b.host);
  });
  std::unordered_map<std::string, size_t> seen;
  std::vector<PrefixIndex::Entry> prefixes;
  for (size_t i = 0; i < mounts_.size(); ++i) {
    const std::string& prefix = mounts_[i].prefix;
    if (!prefix.starts_with('/') || !prefix.ends_with('/')) {
      return CompileError{prefix, "the prefix " + Quoted(prefix) +
                                      " must begin and end with \"/\", like \"/static/\"; add the slash"};
    }
    if (!seen.emplace(mounts_[i].host + prefix, i).second) {
      return CompileError{prefix, "the prefix " + Quoted(prefix) +
                                      " is given twice; expected one entry for a prefix and host: remove or rename one"};
    }
    asks_host_ |= !mounts_[i].host.empty();
    prefixes.push_back({prefix.substr(0, prefix.size() - 1), static_cast<uint32_t>(i)});
  }
  index_ = PrefixIndex(std::move(prefixes));
  return std::nullopt;
}

const MountSpec* MountIndex::ForHost(size_t first, std::string_view host) const {
  size_t i = first;
  do {
    if (mounts_[i].host.empty() || http::HostMatches(mounts_[i].host, host)) return &mounts_[i];
    ++i;
  } while (i < mounts_.size() && mounts_[i].prefix == mounts_[first].prefix);
  return nullptr;
}

const MountSpec* MountIndex::Find(std::string_view path, std::string_view host) const {
  if (!path.starts_with('/')) return nullptr;
  for (const PrefixIndex::Entry* entry = index_.Longest(path); entry != nullptr; entry = index_.Parent(*entry)) {
    // "/static" is a prefix of "/statics" as well, but not a whole segment of it.
    const size_t length = entry->prefix.size();
    if (path.size() != length && path[length] != '/') continue;
    if (const MountSpec* mount = ForHost(entry->value, host)) return mount;
  }
  return nullptr;
}

}  // namespace fastserve::route
