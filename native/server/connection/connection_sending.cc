// What is queued goes to the kernel, once in a turn, and what follows from that. See connection.h.
#include "native/server/connection/connection.h"
#include "native/server/io_thread.h"

namespace fastserve::server {

namespace {

// What one connection may send in a turn.
constexpr size_t kFlushBudgetBytes = 1u << 20;

}  // namespace

void Connection::Flush() {
  if (closed()) return;
  if (!has_client_) {
    output_.Clear(io_.pool());
    return AfterFlush();
  }
  if (!has_output()) return AfterFlush();
  if (!writable_) return;
  if (room_ == Room::kLeftOver) [[unlikely]] ReviewRoom();
  uint64_t sent = 0;
  const size_t budget = output_pace_ == nullptr ? kFlushBudgetBytes : PacedBudget(kFlushBudgetBytes);
  // As StartLinger decides behind the last byte.
  const bool fin_follows = close_when_flushed_ && !tunnel_finished_ && !end_of_input_ && !peer_closed_;
  const net::FlushStatus status =
      tls_ == nullptr
          ? output_.Flush(io_.pool(), fd_.get(), budget, &sent, fin_follows)
          : tls_->Flush(io_.pool(), output_, io_.tls_scratch(), fd_.get(), budget, &sent, fin_follows);
  if (sent > 0 && (wait_ == Wait::kWrite || wait_ == Wait::kPace)) wait_ = Wait::kNone;  // progress: the write time-out starts again
  if (output_pace_ != nullptr) [[unlikely]] output_pace_->Sent(sent);
  switch (status) {
    case net::FlushStatus::kEmpty:
      return AfterFlush();
    case net::FlushStatus::kBlocked:
      writable_ = false;
      if (output_.fronts_file()) AskForRoom();
      // Where it may be writable already, the kernel is asked anew: only then does it say so.
      if ((!watches_writing_ || output_.fronts_file()) && !io_.loop().WatchWriting(fd_.get(), this)) return Abort();
      watches_writing_ = true;
      break;
    case net::FlushStatus::kYield:
      // What may not go yet is taken up again by the timer (UpdateIdleWait).
      if (budget == kFlushBudgetBytes) io_.AddReady(this);
      break;
    case net::FlushStatus::kAwaitsPages:
      AwaitPages();
      break;
    case net::FlushStatus::kError:
      return Abort();
  }
  UpdateIdleWait();
}

// Once in a download: it is sent in fewer and larger pieces. Not over TLS, whose bytes are the kernel's own copies.
void Connection::AskForRoom() {
  if (room_ == Room::kWide) return io_.send_room().NoteFull(fd_.get());
  if (room_ != Room::kUsual || tls_ != nullptr || !owes_much_of_files()) return;
  if (io_.send_room().Widen(fd_.get())) room_ = Room::kWide;
}

// The next answer is there: only another download keeps the room.
void Connection::ReviewRoom() {
  room_ = owes_much_of_files() ? Room::kWide : Room::kUsual;
  if (room_ == Room::kUsual) io_.send_room().Narrow(fd_.get());
}

void Connection::AwaitPages() {
  if (awaits_pages_) return;
  awaits_pages_ = true;
  io_.file_lane().AwaitPages(this);
}

void Connection::OnPages(const net::FilePiece& piece) {
  awaits_pages_ = false;
  if (piece.length > 0) output_.GrantPages(piece.pages, piece.offset, piece.length);
  MarkDirty();
}

// Everything queued is with the kernel.
void Connection::AfterFlush() {
  if (CodesLater()) [[unlikely]] io_.AddReady(this);
  if (first_ != nullptr && first_->credit_owed > 0) io_.GiveCredit(first_);
  if (!has_client_) {
    if (first_ == nullptr) CloseNow();
    return;
  }
  if (tunnel_finished_) ShutDownOutput();
  if (close_when_flushed_ || (end_of_input_ && first_ == nullptr && input_.empty())) return StartLinger();
  // An answer that was on its way when the stop began has not said that the connection ends: the next request may be, too.
  if (draining_ && wait_ != Wait::kDrain) BeginDrain();
  if (closed()) return;
  if (phase_ != Phase::kIgnoring && (readable_ || (!input_.empty() && !InputBlocked()))) io_.AddReady(this);
  UpdateIdleWait();
}

}  // namespace fastserve::server
