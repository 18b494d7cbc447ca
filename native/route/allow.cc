// DESIGN: the union of the methods of all entries that match a path is known only at match time, and matching may not
// allocate. There are only 2^9 sets of named methods, so all their texts are built once per process.
#include "native/route/allow.h"

#include <array>
#include <string>

namespace fastserve::route {
namespace {

constexpr int kNamedCount = static_cast<int>(http::Method::kOther);
// In the order of http::Method.
constexpr std::array<std::string_view, kNamedCount> kMethodNames = {"GET",   "HEAD",    "POST",    "PUT",  "DELETE",
                                                              "PATCH", "OPTIONS", "CONNECT", "TRACE"};
using Texts = std::array<std::string, kNamedMethods + 1>;

Texts* BuildTexts() {
  auto* texts = new Texts;
  for (MethodSet set = 0; set <= kNamedMethods; ++set) {
    std::string& text = (*texts)[set];
    for (int i = 0; i < kNamedCount; ++i) {
      if ((set & (1u << i)) == 0) continue;
      if (!text.empty()) text += ", ";
      text += kMethodNames[i];
    }
  }
  return texts;
}

}  // namespace

MethodSet Normalised(MethodSet methods) {
  if (methods == kAnyMethod) return kEveryMethod;
  if (methods & Bit(http::Method::kGet)) methods |= Bit(http::Method::kHead);
  return methods & kNamedMethods;
}

std::string_view Allow(MethodSet methods) {
  // Never destroyed: an I/O thread may still be answering while the process runs its exit handlers.
  static const Texts* const texts = BuildTexts();
  return (*texts)[(methods | Bit(http::Method::kOptions)) & kNamedMethods];
}

}  // namespace fastserve::route
