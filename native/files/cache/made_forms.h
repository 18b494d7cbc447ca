// The coded forms of one version of one file that the helper thread of native/compress makes. The I/O thread's own.
//
// DESIGN: nobody waits. The first request for a form asks for it and gets the file; a later one finds it in the store that
// all I/O threads share, and builds its fields; from then on it is here, without a lock. Forms are named by the stamp and
// the entity-tag of the version, and the helper thread checks the stamp behind its last read, so that an edited file never
// gets a form of what it was.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include "native/compress/variant_maker.h"
#include "native/files/representation/open_file.h"

namespace fastserve::files {

// Whether forms of the file `name` are made: the mount wants them, its policy covers type and size, and neither the name
// nor Cache-Control: no-transform (RFC 9111 5.2.2.6) speaks against it.
bool IsCodable(const Mount& mount, std::string_view name, const Presentation& presentation, uint64_t size_bytes);

class MadeForms {
 public:
  // `file` is the version `stamp`; `presentation` is how it is presented, and its views live longer than this.
  MadeForms(compress::VariantMaker& maker, const FileStamp& stamp, const Presentation& presentation, const OpenFile& file);
  MadeForms(const MadeForms&) = delete;
  MadeForms& operator=(const MadeForms&) = delete;
  ~MadeForms();

  // The form in `coding`, which is this object's and valid as long as it is, unless retained. nullptr while there is none
  // and where coding saves nothing; when it could be made and `asks`, it is asked for. `file`: the same as before.
  OpenFile* Find(http::Coding coding, const OpenFile& file, bool asks);

  // Whether coding is known to save nothing.
  bool IsUseless(http::Coding coding) const { return forms_[static_cast<size_t>(coding)].is_useless; }

  // Of the forms found so far.
  size_t memory_bytes() const { return memory_bytes_; }

 private:
  struct Form {
    OpenFile* file = nullptr;
    bool is_useless = false;
  };
  void Ask(const compress::VariantKey& key, const OpenFile& file);

  compress::VariantMaker& maker_;
  const FileStamp stamp_;
  const Presentation presentation_;
  const std::string source_;  // names the version for the maker
  std::array<Form, http::kCodingCount> forms_;
  size_t memory_bytes_ = 0;
};

}  // namespace fastserve::files
