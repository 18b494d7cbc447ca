#include "native/server/connection/dynamic_coder.h"

#include "native/server/connection/exchange.h"

namespace fastserve::server {

DynamicCoder::DynamicCoder(std::shared_ptr<const compress::DynamicPolicy> policy, const http::RequestHead& head,
                           std::string_view head_bytes)
    : policy_(std::move(policy)),
      coding_(http::ChooseCoding(http::ReadAcceptEncoding(head, head_bytes), policy_->policy.codings)),
      head_request_(head.method == http::Method::kHead),
      secret_(!policy_->secrets && compress::CarriesCredentials(head)) {
  const http::Field* field = head.Find(http::FieldId::kIfNoneMatch);
  if (field != nullptr) if_none_match_.assign(head_bytes.substr(field->value_offset, field->value_length));
}

// To HEAD an answer of unknown length may stand for one that is too small: it is not said to be coded.
bool DynamicCoder::CodesFor(const AnswerHead& head, const compress::AnswerFacts& facts) const {
  if (coding_ == http::Coding::kIdentity || secret_ || (facts.sets_cookie && !policy_->secrets)) return false;
  return !head_request_ || head.length >= 0;
}

bool DynamicCoder::Begin(AnswerHead* head, std::string_view whole) {
  const compress::AnswerFacts facts = compress::ReadAnswerFacts(head->fields);
  fields_.clear();
  if (head->status == 304) {
    // The client's tag is the weak one of a coded answer: a strong one would not name what it has (RFC 9111 4.3.4).
    if (facts.etag.empty() || if_none_match_.find("W/" + std::string(facts.etag)) == std::string::npos) return false;
    compress::AppendWeakened(head->fields, facts, &fields_);
    head->fields = fields_;
    return false;
  }
  if (!policy_->MayCode(head->status, facts, head->length)) return false;
  bool codes = CodesFor(*head, facts);
  if (codes && !head_request_) {
    encoder_ = compress::MakeEncoder(coding_, {policy_->policy.LevelOf(coding_), whole.size()});
    codes = encoder_ != nullptr;
  }
  if (codes) {
    compress::AppendCoded(head->fields, facts, coding_, &fields_);
    head->length = -1;
    streams_ = whole.empty();
  } else {
    compress::AppendVarying(head->fields, facts, &fields_);
  }
  head->fields = fields_;
  return codes;
}

std::string_view DynamicCoder::Code(std::string_view bytes) {
  return Encode(bytes, streams_ ? compress::Flush::kSync : compress::Flush::kNone);
}

std::string_view DynamicCoder::Finish() { return Encode({}, compress::Flush::kFinish); }

std::string_view DynamicCoder::Encode(std::string_view bytes, compress::Flush flush) {
  output_.clear();
  if (failed_) return {};
  failed_ = !encoder_->Encode(bytes, flush, &output_);
  return failed_ ? std::string_view{} : output_;
}

void AddDynamicCoder(const std::shared_ptr<const compress::DynamicPolicy>& policy, const http::RequestHead& head,
                     std::string_view head_bytes, Exchange* exchange) {
  if (policy == nullptr) return;
  if (exchange->stages == nullptr) exchange->stages = std::make_unique<AnswerStages>();
  if (exchange->stages->coder != nullptr) return;  // of a range
  exchange->stages->coder = std::make_unique<DynamicCoder>(policy, head, head_bytes);
}

}  // namespace fastserve::server
