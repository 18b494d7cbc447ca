// Walks the lines of a checked field block ("Name: value\r\n"...). Pure, any thread.
#pragma once

#include <string_view>

#include "native/base/bytes.h"

namespace fastserve::http {

struct FieldLine {
  std::string_view whole;  // with its CRLF
  std::string_view name;
  std::string_view value;

  bool Is(std::string_view lower_case_name) const { return base::EqualsIgnoreCase(name, lower_case_name); }
};

// Takes the next line off *block; false at its end.
inline bool TakeFieldLine(std::string_view* block, FieldLine* line) {
  const size_t end = block->find("\r\n");
  if (end == std::string_view::npos) return false;
  line->whole = block->substr(0, end + 2);
  const size_t colon = line->whole.find(':');
  line->name = line->whole.substr(0, colon);
  line->value = base::TrimOws(line->whole.substr(colon + 1, end - colon - 1));
  block->remove_prefix(end + 2);
  return true;
}

inline bool HasFieldLine(std::string_view block, std::string_view lower_case_name) {
  FieldLine line;
  while (TakeFieldLine(&block, &line)) {
    if (line.Is(lower_case_name)) return true;
  }
  return false;
}

}  // namespace fastserve::http
