// The small pattern language by which a mount's cache rules choose files. Compiled on the main thread, then immutable.
//
//   *         any bytes but "/", also none          [abc] [0-9a-f]  one byte of a class
//   **        any bytes, also none                  [!abc]          one byte that is neither of the class nor "/"
//   ?         one byte but "/"                      {8}             behind "?" or a class: so many of them, 1 to 64
//
// Everything else stands for itself; "[*]" is a star. A pattern without "/" is compared with the last segment of a name,
// one with "/" with the whole name, which has no leading slash: "*.html" is every HTML file, "assets/**" a directory.
#pragma once

#include <bitset>
#include <string>
#include <string_view>
#include <vector>

namespace fastserve::base {

class Glob {
 public:
  static constexpr size_t kMaxSteps = 512;  // bytes to be matched, repetitions counted

  // False and a sentence in *error when `pattern` is not of the language above.
  static bool Compile(std::string_view pattern, Glob* glob, std::string* error);

  // Whether the pattern means `name`, a path relative to the root. O(name * pattern), no allocation.
  bool Matches(std::string_view name) const;

 private:
  using Bytes = std::bitset<256>;
  struct Step {
    Bytes bytes;           // what it may take
    bool repeats = false;  // any number of them, also none
  };
  std::vector<Step> steps_;
  bool whole_name_ = false;
};

}  // namespace fastserve::base
