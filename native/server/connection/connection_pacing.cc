// Answers with a bandwidth: their bytes wait in the output until their time has come. See output_pace.h.
//
// DESIGN: nothing but Flush knows of it. It offers the kernel what may go, and where that is less than there is, the connection's
// timer takes up sending again. So files are still sent by sendfile, whoever makes the answer gets its credit when the bytes
// have gone, as with a slow client, and no time limit of sending runs while it is this server that waits.
#include <algorithm>

#include "native/server/connection/connection.h"
#include "native/server/io_thread.h"

namespace fastserve::server {

// What is queued from now on is the answer of the exchange, which is at the front.
void Connection::BeginPace(const Exchange* exchange) {
  if (output_pace_ == nullptr) output_pace_ = std::make_unique<OutputPace>();
  output_pace_->Begin(output_.pending_bytes(), *exchange->bandwidth);
}

// How much of `budget` may be sent now.
size_t Connection::PacedBudget(size_t budget) {
  const uint64_t pending = output_.pending_bytes();
  const uint64_t room = output_pace_->Room(pending, io_.now_ms());
  if (output_pace_->idle()) {
    output_pace_.reset();
    return budget;
  }
  return static_cast<size_t>(std::min<uint64_t>(budget, room));
}

// Where the rest of the output is not due yet, the timer waits for it. False: nothing holds it back.
bool Connection::AwaitPace() {
  if (output_pace_ == nullptr || !writable_ || in_ready || awaits_pages_) return false;
  if (wait_ != Wait::kPace) SetWait(Wait::kPace, output_pace_->DelayMs(output_.pending_bytes()));
  return true;
}

}  // namespace fastserve::server
