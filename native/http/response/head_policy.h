// Fields that the front adds to every answer, and those that it never lets out. Immutable once serving, any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace fastserve::http {

class HeadPolicy {
 public:
  static constexpr size_t kMaxLines = 64;

  // Adds and drops nothing.
  HeadPolicy() = default;
  // `lines` (at most kMaxLines): "Name: value\r\n", in the order in which they are sent; an answer that has a field of that name keeps its own.
  // `hides_identity`: fields that tell what stands behind the front are dropped: Server, Via, X-Powered-By and their kind.
  HeadPolicy(std::vector<std::string> lines, bool hides_identity);

  bool on() const { return hides_identity_ || !lines_.empty(); }
  // Appends what is sent in the place of `fields` (checked lines) to *out. O(fields * lines).
  void Apply(std::string_view fields, std::string* out) const;

 private:
  std::vector<std::string> lines_;
  bool hides_identity_ = false;
};

}  // namespace fastserve::http
