// Small ranges of files on their descriptors, read to be sent in one piece with their head; the few that are asked for again and again
// (a video's index, the trailer of a PDF) are kept. The owner's I/O thread.
//
// DESIGN: sixteen places by version of the file and offset. A range is kept when it is asked for twice in succession at its place: who reads a
// file through passes, and costs a comparison. What is kept belongs to the OpenFile that it was read from. That is compared with the file
// once in a turn (FileCache), and another version is another OpenFile; a version that a write might still leave its stamp is not kept
// (IsSettled).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "native/files/representation/open_file.h"

namespace fastserve::files {

class SmallRanges {
 public:
  static constexpr size_t kMostBytes = 8192;

  // `length` bytes of `file`, which is not in memory, from `offset` in *bytes, valid until the next Read. False for what is large, or is
  // not all there: a file that shrank, or, where its reader must not wait, pages on a disk.
  bool Read(OpenFile& file, uint64_t offset, uint64_t length, std::string_view* bytes);

 private:
  static constexpr size_t kPlaces = 16;

  struct Place {
    uint64_t version = 0;  // OpenFile::version; 0: of none
    uint64_t offset = 0;
    uint64_t length = 0;
    std::string content;   // empty: asked for once
  };

  uint64_t versions_ = 0;  // how many were numbered
  std::array<Place, kPlaces> places_;
  char scratch_[kMostBytes];
};

}  // namespace fastserve::files
