// What must hold of templates whatever stands in them and whatever a client sends: for the fuzzer and for the test that runs
// its seeds.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "native/http/grammar/path.h"
#include "native/http/request/request_parser.h"
#include "native/variables/template.h"

namespace fuzz {

// Empty: all is well, else what is not. `input`: a template, a line feed, a request head.
inline std::string FindTemplateFault(std::string_view input) {
  using namespace fastserve;
  const size_t line = std::min(input.find('\n'), input.size());
  const std::string_view text = input.substr(0, line);
  variables::Template compiled;
  variables::TemplateError error;
  if (!variables::Template::Compile(text, &compiled, &error)) {
    if (error.message.empty()) return "a refusal without a reason";
    return error.offset <= text.size() ? "" : "an error behind the end of its text";
  }
  static http::RequestHead head;
  const std::string head_bytes(input.substr(std::min(line + 1, input.size())));
  variables::RequestFacts facts;
  std::string path(head_bytes.size() + 1, '\0');
  if (http::ParseRequestHead(head_bytes, 0, {}, &head).status == http::ParseStatus::kDone) {
    facts.head = &head;
    facts.head_bytes = head_bytes;
    size_t length = 0;
    const std::string_view raw = facts.head_bytes.substr(head.path_offset, head.path_length);
    if (raw.starts_with('/') && http::NormalizePath(raw, path.data(), &length) == http::PathStatus::kNormalized) {
      facts.path = std::string_view(path).substr(0, length);
    }
  }
  std::string key, value;
  compiled.Expand(facts, &key);
  compiled.ExpandForField(facts, &value);
  const auto breaks = [](char c) { return c == '\r' || c == '\n' || c == '\0'; };
  if (std::ranges::any_of(value, breaks)) return "a field value that ends its line";
  if (value.size() < key.size()) return "a field value that lost bytes";
  if (compiled.is_constant() && text.find('$') == std::string_view::npos && key != text) return "literal text that changed";
  return "";
}

}  // namespace fuzz
