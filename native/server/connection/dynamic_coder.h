// Codes the content of views and upstreams for the client that asked (the second stage of answer_stages.h). The I/O
// thread's own.
//
// DESIGN: a content that is there whole is coded in pieces over several turns where it is large (connection_coding.cc); of a
// stream each piece is flushed, because its client may wait for it. A coder costs nothing but its choice of a coding until
// an answer comes that is worth it.
#pragma once

#include <memory>
#include <string>

#include "native/compress/dynamic_policy.h"
#include "native/compress/encoder.h"
#include "native/http/types.h"
#include "native/server/connection/answer_stages.h"

namespace fastserve::server {

class DynamicCoder final : public ContentCoder {
 public:
  // `head` is read here only.
  DynamicCoder(std::shared_ptr<const compress::DynamicPolicy> policy, const http::RequestHead& head, std::string_view head_bytes);

  bool Begin(AnswerHead* head, std::string_view whole) override;
  std::string_view Code(std::string_view bytes) override;
  std::string_view Finish() override;
  bool failed() const override { return failed_; }

 private:
  bool CodesFor(const AnswerHead& head, const compress::AnswerFacts& facts) const;
  std::string_view Encode(std::string_view bytes, compress::Flush flush);

  const std::shared_ptr<const compress::DynamicPolicy> policy_;  // shared: settings may be replaced meanwhile
  http::Coding coding_;           // kIdentity: this client gets the content as it is
  bool head_request_;
  bool secret_;                   // the request carries credentials
  bool streams_ = false;
  bool failed_ = false;
  std::string if_none_match_;     // so that a 304 names the tag that the client has
  std::string fields_, output_;
  std::unique_ptr<compress::Encoder> encoder_;
};

// Gives `exchange` a coder where there is a policy and it has none. Before the request is submitted.
void AddDynamicCoder(const std::shared_ptr<const compress::DynamicPolicy>& policy, const http::RequestHead& head,
                     std::string_view head_bytes, Exchange* exchange);

}  // namespace fastserve::server
