// Copies field lines of a parsed head to a text, lines that stand behind each other with one copy. Pure, any thread.
#pragma once

#include <string>
#include <string_view>

#include "native/base/bytes.h"
#include "native/http/fields/field_list.h"
#include "native/http/types.h"

namespace fastserve::http {

class LineCopier {
 public:
  // `head_bytes`: what the fields were parsed from. Both outlive the copier.
  LineCopier(std::string_view head_bytes, std::string* out) : head_bytes_(head_bytes), out_(out) {}

  // Appends "Name: value" CRLF, at the latest with Flush. Fields come in the order of their lines.
  void Take(const Field& field) {
    const size_t colon = size_t{field.name_offset} + field.name_length;
    const size_t end = size_t{field.value_offset} + field.value_length;
    const bool as_it_came = field.value_offset == colon + 2 && head_bytes_[colon + 1] == ' ' && head_bytes_.substr(end, 2) == "\r\n";
    if (as_it_came && end_ == field.name_offset) {
      end_ = end + 2;
      return;
    }
    Flush();
    if (as_it_came) {
      begin_ = field.name_offset;
      end_ = end + 2;
    } else {
      base::AppendAll(out_, NameOf(field, head_bytes_), ": ", ValueOf(field, head_bytes_), "\r\n");
    }
  }

  // Call before anything else is appended to the text, and at the end.
  void Flush() {
    if (end_ != 0) out_->append(head_bytes_.data() + begin_, end_ - begin_);
    begin_ = end_ = 0;
  }

 private:
  const std::string_view head_bytes_;
  std::string* const out_;
  size_t begin_ = 0, end_ = 0;  // of what is to be copied; 0: nothing, for no field begins a head
};

}  // namespace fastserve::http
