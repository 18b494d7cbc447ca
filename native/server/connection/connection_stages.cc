// Answers of exchanges that have stages: through the tap, then through the coder. See answer_stages.h.
#include <utility>

#include "native/http/response/response_head.h"
#include "native/server/connection/connection.h"
#include "native/server/io_thread.h"

namespace fastserve::server {

namespace {

void Run(net::Release release) {
  if (release.function != nullptr) release.function(release.context);
}

}  // namespace

// The stages leave the exchange first: what Replace or WriteHead send is not staged again, and an exchange that was answered
// may be gone.
void Connection::SendThroughStages(Exchange* exchange, const Answer& given) {
  std::unique_ptr<AnswerStages> stages = std::move(exchange->stages);
  Answer answer = given;
  const bool has_bytes = answer.body == Answer::Body::kCopied || answer.body == Answer::Body::kBorrowed;
  AnswerHead head{answer.status, answer.fields, -1};
  if (has_bytes) head.length = static_cast<int64_t>(answer.bytes.size());
  else if (answer.announce_length) head.length = static_cast<int64_t>(answer.length);
  if (stages->lesson != nullptr) stages->lesson->OnHead(head.status, head.fields, io_.now_ms());
  if (stages->tap != nullptr) {
    const AnswerTap::Verdict verdict = stages->tap->OnHead(&head);
    if (has_bytes && !exchange->head_request) stages->tap->OnContent(answer.bytes);
    stages->tap->OnEnd(answer.body != Answer::Body::kFile);
    if (verdict == AnswerTap::Verdict::kReplace) {
      Run(answer.release);
      return stages->tap->Replace(*this, exchange);
    }
  }
  const bool codable = stages->coder != nullptr && answer.body != Answer::Body::kFile;
  const bool whole = codable && !exchange->head_request && has_bytes;
  const bool coded = codable && stages->coder->Begin(&head, whole ? answer.bytes : std::string_view{});
  answer.fields = head.fields;
  if (!coded) return Send(exchange, answer);
  answer.status = head.status;
  answer.announce_length = head.length >= 0;
  answer.length = head.length >= 0 ? static_cast<uint64_t>(head.length) : 0;
  if (!whole) {
    answer.body = Answer::Body::kNone;
    return Send(exchange, answer);
  }
  if (!io_.TakeCodingTime(answer.bytes.size())) return CodeLater(exchange, answer, std::move(stages));
  std::string content(stages->coder->Code(answer.bytes));
  content += stages->coder->Finish();
  Run(std::exchange(answer.release, {}));
  if (stages->coder->failed()) return Abort();
  answer.body = Answer::Body::kCopied;
  answer.bytes = content;
  answer.announce_length = true;
  Send(exchange, answer);
}

void Connection::StartThroughStages(Exchange* exchange, AnswerHead head) {
  AnswerStages& stages = *exchange->stages;
  if (stages.lesson != nullptr) stages.lesson->OnHead(head.status, head.fields, io_.now_ms());
  if (stages.tap != nullptr && stages.tap->OnHead(&head) == AnswerTap::Verdict::kReplace) {
    stages.discards = true;
    exchange->state = ExchangeState::kStreaming;
    return;
  }
  stages.codes = stages.coder != nullptr && stages.coder->Begin(&head, {});
  OpenStream(exchange, head);
}

void Connection::StreamThroughStages(Exchange* exchange, std::string_view bytes, net::Release release) {
  AnswerStages& stages = *exchange->stages;
  const bool silent = exchange->head_request || http::StatusForbidsContent(exchange->status);
  if (stages.tap != nullptr && !silent) stages.tap->OnContent(bytes);
  if (!stages.discards && !stages.codes) return EmitChunk(exchange, bytes, release);
  // What the source may send on is told by what it gave, not by what became of it.
  const uint64_t owed = exchange->credit_owed + bytes.size();
  if (stages.codes && !silent) EmitChunk(exchange, stages.coder->Code(bytes), {});
  exchange->credit_owed = owed;
  Run(release);
  MarkDirty();
}

void Connection::EndThroughStages(Exchange* exchange, bool complete, std::string_view trailers) {
  const std::unique_ptr<AnswerStages> stages = std::move(exchange->stages);
  // They may speak of content as it was before it was coded.
  if (stages->codes || (stages->tap != nullptr && stages->tap->Stores())) trailers = {};
  if (stages->tap != nullptr) stages->tap->OnEnd(complete && exchange->answer_remaining <= 0);
  if (stages->discards) return stages->tap->Replace(*this, exchange);
  if (stages->codes && complete) {
    const uint64_t owed = exchange->credit_owed;
    EmitChunk(exchange, stages->coder->Finish(), {});
    exchange->credit_owed = owed;
  }
  // What the coder could not code is missing: the answer must look cut.
  EndStream(exchange, complete && !(stages->codes && stages->coder->failed()), trailers);
}

}  // namespace fastserve::server
