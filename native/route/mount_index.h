// The prefixes of one kind (mounts, or proxied ones), found by path and host. Immutable once built; any thread.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "native/route/prefix_index.h"
#include "native/route/specification.h"
#include "native/route/table.h"

namespace fastserve::route {

class MountIndex {
 public:
  // Once. Says what is wrong with the prefixes.
  std::optional<CompileError> Build(const std::vector<MountSpec>& specs);

  // Whether some entry is for certain hosts only.
  bool asks_host() const { return asks_host_; }

  // As Table::FindMount.
  const MountSpec* Find(std::string_view path, std::string_view host) const;

 private:
  // The first entry with the prefix of mounts_[first] that serves `host`, or nullptr.
  const MountSpec* ForHost(size_t first, std::string_view host) const;

  std::vector<MountSpec> mounts_;  // by prefix, then by how much the host says
  PrefixIndex index_;
  bool asks_host_ = false;
};

}  // namespace fastserve::route
