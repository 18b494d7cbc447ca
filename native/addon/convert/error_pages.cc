#include "native/addon/convert/error_pages.h"

#include "native/addon/convert/values.h"

namespace fastserve::addon {

namespace {

http::ErrorFormat FormatFrom(const Napi::Object& from) {
  const std::string text = Text(from, "format");
  if (text == "html") return http::ErrorFormat::kHtml;
  if (text == "json") return http::ErrorFormat::kJson;
  if (text != "text") Refuse(from.Env(), "format must be html, json or text");
  return http::ErrorFormat::kText;
}

}  // namespace

http::ErrorPages ErrorPagesFrom(const Napi::Object& list) {
  http::ErrorPages pages;
  ForEach(list, [&](const Napi::Value& value) {
    const Napi::Object from = value.As<Napi::Object>();
    const auto first = Whole<uint16_t>(from, "first", http::ErrorPages::kLast);
    const auto last = Whole<uint16_t>(from, "last", http::ErrorPages::kLast);
    if (first < http::ErrorPages::kFirst) Refuse(from.Env(), "first must be 400 or more");
    pages.Add(first, last, FormatFrom(from), Text(from, "page"));
  });
  return pages;
}

}  // namespace fastserve::addon
