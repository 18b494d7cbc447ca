// Whole answers that are coded over several turns, so that a large one does not hold up the connections beside it. See
// answer_stages.h.
//
// DESIGN: what one I/O thread codes in a turn is bounded. An answer that fits into what is left of it is coded at once and
// sent with its length; any other starts as a stream, and the connection asks for a turn until its content is through. Only
// the oldest exchange of a connection is coded, and not while its client is behind, so a connection holds little of the result.
#include <utility>

#include "native/server/connection/connection.h"
#include "native/server/io_thread.h"

namespace fastserve::server {

namespace {

constexpr size_t kPieceBytes = 32768;
// Coded bytes that may wait for a slow client.
constexpr uint64_t kMaxCodedAhead = 131072;

}  // namespace

// `exchange` has no stages here; they come back with what is left to code.
void Connection::CodeLater(Exchange* exchange, const Answer& answer, std::unique_ptr<AnswerStages> stages) {
  stages->rest = std::make_unique<RestOfContent>(answer.bytes, answer.release);
  OpenStream(exchange, {answer.status, answer.fields, answer.announce_length ? static_cast<int64_t>(answer.length) : -1});
  exchange->state = ExchangeState::kReceiving;  // no worker has it: whatever ends it now, ends it here
  exchange->stages = std::move(stages);
  if (first_ == exchange) io_.AddReady(this);
}

bool Connection::CodesLater() const {
  return first_ != nullptr && first_->stages != nullptr && first_->stages->rest != nullptr;
}

// One piece of the oldest exchange's content. AfterFlush goes on when the client is behind.
void Connection::ContinueCoding() {
  if (output_.pending_memory() > kMaxCodedAhead) return;
  Exchange* exchange = first_;
  AnswerStages& stages = *exchange->stages;
  if (io_.TakeCodingTime(kPieceBytes)) {
    EmitChunk(exchange, stages.coder->Code(stages.rest->Take(kPieceBytes)), {});
    const bool through = stages.rest->empty();
    if (through) EmitChunk(exchange, stages.coder->Finish(), {});
    exchange->credit_owed = 0;  // nobody waits for it
    if (stages.coder->failed()) return Abort();
    if (through) {
      exchange->stages.reset();
      return EndStream(exchange, true);
    }
  }
  io_.AddReady(this);
}

}  // namespace fastserve::server
