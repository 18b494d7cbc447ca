#include "native/files/disk/disk_look.h"

namespace fastserve::files {

void DiskLook::Run() {
  if (kind_ == Kind::kFile) {
    file_ = ReadName(mount_, name_, memory_limit_bytes_, {});
    return;
  }
  listing_ = Listing();
  listing_status_ = ReadListing(mount_, name_, &listing_);
}

std::string DiskLook::Key() const {
  const Mount* const mount = &mount_;
  std::string key(reinterpret_cast<const char*>(&mount), sizeof mount);
  key.push_back(static_cast<char>(kind_));
  return key.append(name_);
}

}  // namespace fastserve::files
