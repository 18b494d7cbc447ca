// The content of requests: collected, streamed to a worker, given to a relay, or thrown away. See connection.h for the phases.
#include <sys/ioctl.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "native/base/bytes.h"
#include "native/net/system_calls.h"
#include "native/server/connection/connection.h"
#include "native/server/io_thread.h"

namespace fastserve::server {

namespace {

// A chunk of at least this size is passed on as it is.
constexpr size_t kSmallChunkBytes = 4096;

}  // namespace

// A request with content goes to a worker: small content is waited for and travels with the request, as does larger content
// that is here already; other content is streamed when the application asks. Returns how much of `rest` was used.
size_t Connection::StartContent(Exchange* exchange, queue::RequestParts& parts, std::string_view rest) {
  Dispatcher& dispatcher = io_.dispatcher();
  if (!chunked_body_ && body_remaining_ <= queue::kInlineBodyBytes) {
    const auto size = static_cast<size_t>(body_remaining_);
    if (rest.size() >= size) {
      body_remaining_ = 0;
      FinishBody();
      dispatcher.Submit(exchange, parts, rest.substr(0, size));
      return size;
    }
    if (ReceiveContent(exchange, parts, rest)) return rest.size();
    if (!io_.options().as_node_http) {
      sink_ = Sink::kCollect;
      dispatcher.Hold(exchange, parts, static_cast<uint32_t>(size));
      if (rest.empty()) SendContinue(exchange);
      return 0;
    }
  }
  if (!chunked_body_ && body_remaining_ <= queue::kWholeBodyBytes && ReceiveContent(exchange, parts, rest)) {
    return sink_ == Sink::kSocket ? 0 : rest.size();
  }
  if (!chunked_body_ && body_remaining_ <= std::min<size_t>(queue::kWholeBodyBytes, rest.size()) &&
      dispatcher.SubmitWhole(exchange, parts, rest.substr(0, static_cast<size_t>(body_remaining_)))) {
    const auto size = static_cast<size_t>(body_remaining_);
    body_remaining_ = 0;
    FinishBody();
    return size;
  }
  if (chunked_body_) {
    size_t used = 0;
    size_t size = 0;
    if (DecodeWholeChunked(rest, &used, &size)) {
      FinishBody();
      dispatcher.Submit(exchange, parts, {io_.body_scratch(), size});
      return used;
    }
    if (phase_ != Phase::kBody) return rest.size();
  }
  sink_ = Sink::kStream;
  dispatcher.SubmitStreamed(exchange, parts, chunked_body_ ? queue::kUnknownLength : body_remaining_);
  return 0;
}

// Content of which the socket has all that is missing behind `rest` goes from there into the ring, with no stop in between. Where
// no ring has room for it the request waits in the line, and its content where it is (Sink::kSocket). False: nothing was done. True
// also when the connection broke meanwhile, and the exchange is gone.
bool Connection::ReceiveContent(Exchange* exchange, const queue::RequestParts& parts, std::string_view rest) {
  const auto size = static_cast<size_t>(body_remaining_);
  if (tls_ != nullptr || !readable_ || rest.size() >= size) return false;
  int waiting = 0;
  if (::ioctl(fd_.get(), FIONREAD, &waiting) != 0 || static_cast<size_t>(waiting) < size - rest.size()) return false;
  Dispatcher& dispatcher = io_.dispatcher();
  const Dispatcher::Room room = dispatcher.FindRoom(exchange, parts, static_cast<uint32_t>(size));
  // A small one is collected, so that the client does not wait with it.
  if (room.content == nullptr && size <= queue::kInlineBodyBytes) return false;
  // What comes later announces itself, a FIN included.
  if (static_cast<size_t>(waiting) == size - rest.size()) readable_ = false;
  if (room.content == nullptr) {
    sink_ = Sink::kSocket;
    dispatcher.WaitWithContent(exchange, parts, static_cast<uint32_t>(size));
    return true;
  }
  if (FillFromSocket(room.content, size, rest)) dispatcher.SubmitInto(room, exchange, parts);
  return true;
}

bool Connection::ReceiveHeldContent(std::span<uint8_t> into) {
  const bool filled = FillFromSocket(into.data(), into.size(), input_);
  std::string().swap(input_);
  return filled;
}

// The content of a request, of which `rest` was read and the socket holds the other part. False: the connection broke.
bool Connection::FillFromSocket(uint8_t* into, size_t size, std::string_view rest) {
  std::memcpy(into, rest.data(), rest.size());
  size_t filled = rest.size();
  while (filled < size) {
    const ssize_t got = net::Receive(fd_.get(), into + filled, size - filled, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) {
      Abort();
      return false;
    }
    filled += static_cast<size_t>(got);
  }
  body_remaining_ = 0;
  FinishBody();
  return true;
}

// Tries to decode all chunks from what is here into the body scratch. False leaves the decoder untouched (or the input
// refused).
bool Connection::DecodeWholeChunked(std::string_view rest, size_t* used, size_t* size) {
  http::ChunkedDecoder decoder = decoder_;
  const uint64_t limit = std::min<uint64_t>(queue::kInlineBodyBytes, body_limit_);
  *used = *size = 0;
  while (true) {
    const http::ChunkedDecoder::Step step = decoder.Next(rest.substr(*used));
    *used += step.consumed;
    switch (step.event) {
      case http::ChunkedDecoder::Event::kBad:
        RefuseInput(step.error);
        return false;
      case http::ChunkedDecoder::Event::kNeedMore:
        return false;
      case http::ChunkedDecoder::Event::kEnd:
        return true;
      case http::ChunkedDecoder::Event::kData:
        if (*size + step.data.size() > limit) return false;
        base::Put(io_.body_scratch() + *size, step.data);
        *size += step.data.size();
        break;
    }
  }
}

size_t Connection::ConsumeBody(std::string_view input, bool* progress) {
  if (receiving_ == nullptr || receiving_->state == ExchangeState::kDone) sink_ = Sink::kDiscard;
  switch (sink_) {
    case Sink::kDiscard: return DiscardBody(input, progress);
    case Sink::kCollect: return CollectBody(input, progress);
    case Sink::kStream: return StreamBody(input, progress);
    case Sink::kRelay: return RelayBody(input, progress);
    case Sink::kSocket:
    case Sink::kHeld: return 0;
  }
  return 0;
}

// Takes one piece of content off `input`: *data is a part of it. Returns the bytes used, framing included.
size_t Connection::ConsumeBodyPiece(std::string_view input, std::string_view* data, bool* ended) {
  *data = {};
  *ended = false;
  if (!chunked_body_) {
    const size_t take = static_cast<size_t>(std::min<uint64_t>(input.size(), body_remaining_));
    *data = input.substr(0, take);
    body_remaining_ -= take;
    *ended = body_remaining_ == 0;
    return take;
  }
  const http::ChunkedDecoder::Step step = decoder_.Next(input);
  switch (step.event) {
    case http::ChunkedDecoder::Event::kData:
      *data = step.data;
      return step.consumed;
    case http::ChunkedDecoder::Event::kEnd:
      *ended = true;
      return step.consumed;
    case http::ChunkedDecoder::Event::kNeedMore:
      return input.size();
    case http::ChunkedDecoder::Event::kBad:
      RefuseInput(step.error);
      return input.size();
  }
  return 0;
}

// False when the content is beyond the limit: the connection then ends.
bool Connection::CountBody(uint64_t bytes) {
  body_received_ += bytes;
  if (body_received_ <= body_limit_) return true;
  RefuseInput(http::HttpError::kBodyTooLarge);
  return false;
}

size_t Connection::DiscardBody(std::string_view input, bool* progress) {
  if (input.empty()) return 0;
  decoder_.KeepTrailers(nullptr);  // the relay that wanted them may be gone
  std::string_view data;
  bool ended;
  const size_t used = ConsumeBodyPiece(input, &data, &ended);
  if (phase_ != Phase::kBody) return used;
  body_received_ += data.size();
  if (ended) {
    FinishBody();
  } else if (body_received_ > kMaxDiscardedBytes) {
    EndBehindAnswers();
  }
  *progress = used > 0;
  wait_ = Wait::kNone;  // progress: the body time-out starts again
  return used;
}

size_t Connection::CollectBody(std::string_view input, bool* progress) {
  if (input.empty()) return 0;
  std::string_view data;
  bool ended;
  const size_t used = ConsumeBodyPiece(input, &data, &ended);
  io_.dispatcher().AppendBody(receiving_, body_received_, data);
  body_received_ += data.size();
  wait_ = Wait::kNone;
  *progress = used > 0;
  if (ended) {
    Exchange* exchange = receiving_;
    FinishBody();
    io_.dispatcher().SubmitPending(exchange);
  }
  return used;
}

// As ConsumeBodyPiece, but small chunks are put together: a record with what the worker does for it, or a chunk to an upstream, is
// never paid for a chunk of one byte. *data is a part of `input` or of the body scratch.
size_t Connection::GatherChunks(std::string_view input, std::string_view* data, bool* ended) {
  size_t used = ConsumeBodyPiece(input, data, ended);
  if (phase_ != Phase::kBody || *ended || data->size() >= kSmallChunkBytes) return used;
  size_t size = data->size();
  base::Put(io_.body_scratch(), *data);  // which may be null and empty
  while (used < input.size() && size < queue::kInlineBodyBytes && !*ended) {
    used += ConsumeBodyPiece(input.substr(used, queue::kInlineBodyBytes - size), data, ended);
    if (phase_ != Phase::kBody) return used;
    base::Put(io_.body_scratch() + size, *data);
    size += data->size();
  }
  *data = {io_.body_scratch(), size};
  return used;
}

// Moves as much as the worker has asked for and its ring holds.
size_t Connection::StreamBody(std::string_view input, bool* progress) {
  if (input.empty() || receiving_->body_credit == 0) return 0;
  const size_t most = std::min<size_t>({input.size(), receiving_->body_credit, queue::kBodyChunkBytes});
  if (!io_.dispatcher().ReserveChunk(receiving_, static_cast<uint32_t>(most))) return 0;
  std::string_view data;
  bool ended;
  const size_t used = chunked_body_ ? GatherChunks(input.substr(0, most), &data, &ended)
                                    : ConsumeBodyPiece(input.substr(0, most), &data, &ended);
  if (phase_ != Phase::kBody) return used;
  wait_ = Wait::kNone;
  if (!CountBody(data.size())) return used;
  if (!data.empty() || ended) io_.dispatcher().CommitChunk(receiving_, data, ended);
  if (ended) FinishBody();
  *progress = used > 0;
  return used;
}

void Connection::FinishBody() {
  if (receiving_ != nullptr) {
    receiving_->body_received = true;
    if (!receiving_->keep_alive) phase_ = Phase::kIgnoring;
  }
  receiving_ = nullptr;
  pace_.reset();
  if (phase_ == Phase::kBody) phase_ = Phase::kHead;
  sink_ = Sink::kDiscard;
  last_request_ms_ = io_.now_ms();
}

void Connection::ContinueBody() { io_.AddReady(this); }

void Connection::Unblock() {
  if (!input_.empty() || readable_) io_.AddReady(this);
}

}  // namespace fastserve::server
