// Cuts the range that a client asked for out of the whole answer that was fetched to be stored (RFC 9110 14). The I/O thread's own.
//
//   upstream ──whole──► CacheFill (stores it) ──► RangeCutter ──206──► client
//
// What cannot be cut goes on whole, as a server may always answer (RFC 9110 14.2), and coded as other answers are.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "native/compress/dynamic_policy.h"
#include "native/http/conditional/conditional.h"
#include "native/http/types.h"
#include "native/server/connection/answer_stages.h"

namespace fastserve::server {

class RangeCutter final : public ContentCoder {
 public:
  // `head`: of a GET with Range. `policy` null: nothing is coded.
  RangeCutter(const std::shared_ptr<const compress::DynamicPolicy>& policy, const http::RequestHead& head,
              std::string_view head_bytes);

  bool Begin(AnswerHead* head, std::string_view whole) override;
  std::string_view Code(std::string_view bytes) override;
  std::string_view Finish() override;
  bool failed() const override;

 private:
  bool Cut(AnswerHead* head);
  void WriteFields(std::string_view fields, const http::ByteRange& range, uint64_t size);

  const std::shared_ptr<const compress::DynamicPolicy> policy_;
  const std::string request_;                      // its head
  const std::unique_ptr<ContentCoder> otherwise_;  // of what is not cut; null: nobody
  bool cuts_ = false;
  uint64_t before_ = 0, left_ = 0;                 // bytes before the range, and of it, that are to come
  std::string fields_;
};

}  // namespace fastserve::server
