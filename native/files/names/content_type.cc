#include "native/files/names/content_type.h"

#include <algorithm>
#include <array>

#include "native/base/bytes.h"

namespace fastserve::files {
namespace {

struct MediaType {
  std::string_view extension;  // lower case, without the dot
  std::string_view type;
};

// Sorted by extension: the generator sorts, the static_assert below checks.
constexpr MediaType kMediaTypes[] = {
#include "native/files/names/mime_table.inc"
};
static_assert(std::ranges::is_sorted(kMediaTypes, {}, &MediaType::extension));

constexpr size_t kMaxExtensionLength =
    std::ranges::max(kMediaTypes, {}, [](const MediaType& media) { return media.extension.size(); }).extension.size();

constexpr std::string_view kUnknownType = "application/octet-stream";

// What follows the last dot of the last segment; "" for "name", "name." and ".name".
std::string_view Extension(std::string_view file_name) {
  const std::string_view base = file_name.substr(file_name.rfind('/') + 1);  // npos + 1 is 0
  const size_t dot = base.rfind('.');
  return dot == std::string_view::npos || dot == 0 ? std::string_view() : base.substr(dot + 1);
}

}  // namespace

std::string_view ContentType(std::string_view file_name) {
  const std::string_view extension = Extension(file_name);
  if (extension.empty() || extension.size() > kMaxExtensionLength) return kUnknownType;
  std::array<char, kMaxExtensionLength> lowered;
  std::ranges::transform(extension, lowered.begin(), base::ToLowerAscii);
  const std::string_view key(lowered.data(), extension.size());
  const auto* found = std::ranges::lower_bound(kMediaTypes, key, {}, &MediaType::extension);
  return found != std::end(kMediaTypes) && found->extension == key ? found->type : kUnknownType;
}

}  // namespace fastserve::files
