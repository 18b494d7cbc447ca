// What one request's answer will teach, and what was hinted before it. The I/O thread's own; its table is shared.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "native/hints/table.h"

namespace fastserve::hints {

class Lesson {
 public:
  // `hinted`: what the client was sent.
  Lesson(std::shared_ptr<Table> table, const PageKey& page, const Pupil& pupil, Lines hinted)
      : table_(std::move(table)), page_(page), pupil_(pupil), hinted_(std::move(hinted)) {}

  // The answer's head, as its view gave it. Only a 200 says what a page needs; others leave things as they are.
  void OnHead(uint16_t status, std::string_view fields, int64_t now_ms) {
    if (status == 200) table_->Learn(page_, pupil_, fields, now_ms);
  }

  // What the application's own hints say that the client has not heard; empty: nothing.
  std::string Beyond(std::string_view fields) const { return hinted_ == nullptr ? std::string(fields) : LinesBeyond(fields, *hinted_); }

 private:
  const std::shared_ptr<Table> table_;
  const PageKey page_;
  const Pupil pupil_;
  const Lines hinted_;
};

}  // namespace fastserve::hints
