#include "native/server/connection/range_cutter.h"

#include <algorithm>

#include "native/cache/response_facts.h"
#include "native/compress/answer_facts.h"
#include "native/http/conditional/multipart_ranges.h"
#include "native/http/fields/field_lines.h"
#include "native/server/caching/cache_request.h"
#include "native/server/connection/dynamic_coder.h"

namespace fastserve::server {

RangeCutter::RangeCutter(const std::shared_ptr<const compress::DynamicPolicy>& policy, const http::RequestHead& head,
                         std::string_view head_bytes)
    : policy_(policy),
      request_(head_bytes),
      otherwise_(policy == nullptr ? nullptr : std::make_unique<DynamicCoder>(policy, head, head_bytes)) {}

bool RangeCutter::Begin(AnswerHead* head, std::string_view whole) {
  cuts_ = Cut(head);
  return cuts_ || (otherwise_ != nullptr && otherwise_->Begin(head, whole));
}

// True: the answer is the range that was asked for, or 416. Of an answer whose length is not known no range can be told.
bool RangeCutter::Cut(AnswerHead* head) {
  if (head->status != 200 || head->length < 0) return false;
  const auto size = static_cast<uint64_t>(head->length);
  const cache::ResponseFacts facts = cache::ReadResponse(head->status, head->fields);
  const http::Validators validators{.etag = facts.etag, .last_modified = facts.last_modified};
  const http::RangeResult set = http::EvaluateRange(ParseAgain(request_), request_, validators, size);
  fields_.clear();
  if (set.status == http::RangeStatus::kUnsatisfiable) {
    http::AppendUnsatisfiedRange(size, &fields_);
    head->status = 416;
    before_ = size;
    left_ = 0;
  } else if (set.status == http::RangeStatus::kPartial && set.count == 1) {
    WriteFields(head->fields, set.ranges[0], size);
    head->status = 206;
    before_ = set.ranges[0].first;
    left_ = set.ranges[0].length;
  } else {
    return false;
  }
  head->fields = fields_;
  head->length = static_cast<int64_t>(left_);
  return true;
}

// As a range of what is stored has them (stored_answer.cc).
void RangeCutter::WriteFields(std::string_view fields, const http::ByteRange& range, uint64_t size) {
  const compress::AnswerFacts facts = compress::ReadAnswerFacts(fields);
  http::AppendContentRange(range, size, &fields_);
  std::string_view rest = fields;
  for (http::FieldLine line; http::TakeFieldLine(&rest, &line);) {
    if (!line.Is("content-range")) fields_.append(line.whole);
  }
  const bool varies = policy_ != nullptr && policy_->MayCode(200, facts, static_cast<int64_t>(size));
  if (varies && !facts.varies_by_coding) fields_.append("Vary: Accept-Encoding\r\n");
}

std::string_view RangeCutter::Code(std::string_view bytes) {
  if (!cuts_) return otherwise_->Code(bytes);
  const uint64_t skipped = std::min<uint64_t>(before_, bytes.size());
  before_ -= skipped;
  const std::string_view piece = bytes.substr(skipped, std::min<uint64_t>(left_, bytes.size() - skipped));
  left_ -= piece.size();
  return piece;
}

std::string_view RangeCutter::Finish() { return cuts_ ? std::string_view{} : otherwise_->Finish(); }

bool RangeCutter::failed() const { return !cuts_ && otherwise_ != nullptr && otherwise_->failed(); }

}  // namespace fastserve::server
