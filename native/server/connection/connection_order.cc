// Answers leave in the order of their requests (RFC 9112 9.3.2): what is not yet its turn is held.
#include "native/server/connection/connection.h"
#include "native/server/io_thread.h"

namespace fastserve::server {

void Connection::Emit(Exchange* exchange, std::string_view bytes) {
  if (first_ == exchange) {
    output_.Append(io_.pool(), bytes);
    return;
  }
  if (!exchange->held.empty() && exchange->held.back().kind == HeldPiece::Kind::kCopied) {
    exchange->held.back().bytes += bytes;
    return;
  }
  HeldPiece piece{};
  piece.kind = HeldPiece::Kind::kCopied;
  piece.bytes.assign(bytes);
  exchange->held.push_back(std::move(piece));
}

void Connection::EmitBorrowed(Exchange* exchange, std::string_view bytes, net::Release release) {
  if (first_ == exchange) {
    output_.AppendBorrowed(bytes, release);
    return;
  }
  HeldPiece piece{};
  piece.kind = HeldPiece::Kind::kBorrowed;
  piece.borrowed = bytes;
  piece.release = release;
  exchange->held.push_back(std::move(piece));
}

void Connection::EmitFile(Exchange* exchange, int fd, uint64_t offset, uint64_t length, net::Release release,
                          net::PageWatch* pages) {
  if (first_ == exchange) {
    output_.AppendFile(fd, offset, length, release, pages);
    return;
  }
  HeldPiece piece{};
  piece.kind = HeldPiece::Kind::kFile;
  piece.fd = fd;
  piece.offset = offset;
  piece.length = length;
  piece.pages = pages;
  piece.release = release;
  exchange->held.push_back(std::move(piece));
}

void Connection::ReplayHeld(Exchange* exchange) {
  for (HeldPiece& piece : exchange->held) {
    switch (piece.kind) {
      case HeldPiece::Kind::kCopied: output_.Append(io_.pool(), piece.bytes); break;
      case HeldPiece::Kind::kBorrowed: output_.AppendBorrowed(piece.borrowed, piece.release); break;
      case HeldPiece::Kind::kFile: output_.AppendFile(piece.fd, piece.offset, piece.length, piece.release, piece.pages); break;
    }
  }
  exchange->held.clear();
}

void Connection::Complete(Exchange* exchange) {
  exchange->state = ExchangeState::kDone;
  if (first_ == exchange) PopComplete();
}

// Sends what was held, oldest first, and forgets finished exchanges.
void Connection::PopComplete() {
  while (first_ != nullptr && first_->state == ExchangeState::kDone) {
    Exchange* done = first_;
    first_ = done->next;
    if (first_ == nullptr) last_ = nullptr;
    --exchange_count_;
    const bool closes = done->closes;
    if (output_pace_ != nullptr) [[unlikely]] output_pace_->End(output_.pending_bytes());
    if (receiving_ == done) receiving_ = nullptr;  // the rest of its content is discarded
    io_.Finish(done);
    if (closes) {
      close_when_flushed_ = true;
      phase_ = Phase::kIgnoring;
      receiving_ = nullptr;
      DropExchanges();
      break;
    }
    if (first_ != nullptr) {
      if (first_->is_paced() && first_->status != 0) [[unlikely]] BeginPace(first_);
      ReplayHeld(first_);
    }
    if (CodesLater()) [[unlikely]] io_.AddReady(this);
  }
  MarkDirty();
}

}  // namespace fastserve::server
