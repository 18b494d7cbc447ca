// A question to the disk that an I/O thread must not wait for: what a name means, or what a directory holds. Made on the I/O thread,
// run on another one, taken back by StaticHandler::Adopt; one thread at a time has it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "native/files/disk/disk_read.h"
#include "native/files/disk/listing.h"

namespace fastserve::files {

class DiskLook {
 public:
  enum class Kind : uint8_t { kFile, kListing };

  // `mount` outlives it. `name`: as FileCache::Find and ReadListing take it.
  DiskLook(Kind kind, const Mount& mount, std::string_view name, size_t memory_limit_bytes)
      : kind_(kind), mount_(mount), name_(name), memory_limit_bytes_(memory_limit_bytes) {}

  // Finds it out; takes as long as the disk does.
  void Run();

  Kind kind() const { return kind_; }
  const Mount& mount() const { return mount_; }
  const std::string& name() const { return name_; }
  // The same for looks that find out the same.
  std::string Key() const;

  // ---- behind Run ----
  NameRead& file() { return file_; }  // kFile
  OpenStatus listing_status() const { return listing_status_; }  // kListing
  const Listing& listing() const { return listing_; }

 private:
  const Kind kind_;
  const Mount& mount_;
  const std::string name_;
  const size_t memory_limit_bytes_;
  NameRead file_;
  OpenStatus listing_status_ = OpenStatus::kNotFound;
  Listing listing_;
};

}  // namespace fastserve::files
