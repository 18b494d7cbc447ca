// Answers become bytes: heads, framing, order. See connection.h.
#include <charconv>
#include <cstring>

#include "native/base/bytes.h"
#include "native/base/clock.h"
#include "native/http/fields/field_lines.h"
#include "native/http/response/error_page.h"
#include "native/http/response/response_head.h"
#include "native/observe/server_timing.h"
#include "native/server/connection/connection.h"
#include "native/server/io_thread.h"

namespace fastserve::server {

using base::Put;

namespace {

// Beside the given fields of an error answer: those of its page.
constexpr size_t kPageFieldsBytes = 256;

}  // namespace

void Connection::MarkDirty() { io_.AddDirty(this); }

// After this answer the connection ends when either side wants it, or when unread content makes reuse unsafe.
void Connection::DecideClosing(Exchange* exchange) {
  if (!exchange->keep_alive || draining_ || io_.lame_duck()) exchange->closes = true;
  if (end_of_input_ && exchange->next == nullptr) exchange->closes = true;
  // Content that nobody wants any more: a client that waits for "100 Continue" may or may not send it; a streamed rest of
  // unknown size is not worth reading.
  if (!exchange->body_received && receiving_ == exchange &&
      (exchange->expects_continue || (!chunked_body_ && body_remaining_ > kMaxDiscardedBytes))) {
    exchange->closes = true;
  }
}

// Writes the head, and a small body with it in one piece.
void Connection::WriteHead(Exchange* exchange, uint16_t status, std::string_view fields, int64_t content_length,
                           bool chunked, std::string_view inline_body) {
  exchange->status = status;
  if (exchange->awaits_upgrade) EndUpgradeWait(exchange);
  DecideClosing(exchange);
  const HeadParts parts{content_length, chunked, inline_body};
  if (io_.adds_fields()) [[unlikely]] return WriteHeadWithAddedFields(exchange, fields, parts);
  if (exchange->log) io_.request_log().NoteAnswer(exchange->log.get(), fields, content_length);
  PutHead(exchange, fields, parts);
}

// As the configuration wants it: fields of policies, Strict-Transport-Security, Server-Timing.
void Connection::WriteHeadWithAddedFields(Exchange* exchange, std::string_view fields, const HeadParts& parts) {
  std::string own_fields;
  fields = CompleteFields(exchange, fields, &own_fields);
  if (exchange->log) io_.request_log().NoteAnswer(exchange->log.get(), fields, parts.content_length);
  std::string all(fields);
  if (tls_ != nullptr && !http::HasFieldLine(fields, "strict-transport-security")) all += io_.options().hsts_line;
  if (exchange->trace && io_.options().observe.server_timing) {
    all += observe::ServerTimingLine(*exchange->trace, base::MonotonicNs());
  }
  PutHead(exchange, all, parts);
}

// Small answers are written where they are sent from: their size is counted before any byte is.
void Connection::PutHead(Exchange* exchange, std::string_view fields, const HeadParts& parts) {
  constexpr std::string_view kLength = "Content-Length: ";
  constexpr std::string_view kChunked = "Transfer-Encoding: chunked\r\n";
  const std::string_view status_line = http::StatusLine(exchange->status);
  char digits[24];
  size_t digit_count = 0;
  if (parts.content_length >= 0) {
    digit_count = static_cast<size_t>(std::to_chars(digits, digits + sizeof digits, parts.content_length).ptr - digits);
  }
  std::string_view connection;
  if (exchange->closes) {
    connection = "Connection: close\r\n";
  } else if (exchange->http10) {
    connection = "Connection: keep-alive\r\n";
  }
  const size_t size = status_line.size() + fields.size() + (exchange->has_date ? 0 : http::DateField::kLength) + connection.size() +
                      (digit_count > 0 ? kLength.size() + digit_count + 2 : 0) + (parts.chunked ? kChunked.size() : 0) + 2 +
                      parts.inline_body.size();
  if (exchange->is_paced()) [[unlikely]] {
    exchange->bandwidth->after += size - parts.inline_body.size();  // the head goes at once
    if (first_ == exchange) BeginPace(exchange);
  }
  const bool direct = first_ == exchange && size <= net::BlockPool::kBlockBytes;
  std::string buffer;
  if (!direct) buffer.resize(size);
  char* cursor = direct ? output_.Reserve(io_.pool(), size) : buffer.data();
  cursor = Put(cursor, status_line);
  cursor = Put(cursor, fields);
  if (!exchange->has_date) cursor = Put(cursor, {io_.date().data(), http::DateField::kLength});
  cursor = Put(cursor, connection);
  if (digit_count > 0) {
    cursor = Put(cursor, kLength);
    cursor = Put(cursor, {digits, digit_count});
    cursor = Put(cursor, "\r\n");
  }
  if (parts.chunked) cursor = Put(cursor, kChunked);
  cursor = Put(cursor, "\r\n");
  Put(cursor, parts.inline_body);
  if (!direct) Emit(exchange, buffer);
  MarkDirty();
}

void Connection::Send(Exchange* exchange, const Answer& answer) {
  if (exchange->stages != nullptr) [[unlikely]] return SendThroughStages(exchange, answer);
  const bool is_empty = http::StatusForbidsContent(answer.status);
  const bool no_body = exchange->head_request || is_empty;
  const bool has_length = answer.body == Answer::Body::kFile || answer.body == Answer::Body::kNone;
  const uint64_t size = is_empty ? 0 : has_length ? answer.length : answer.bytes.size();
  // 204 must not have Content-Length; 304 may (RFC 9110 8.6), and we do not announce what we do not send.
  const bool announce = answer.announce_length && !http::StatusForbidsBody(answer.status);
  const bool inline_body = !no_body && answer.body == Answer::Body::kCopied;
  WriteHead(exchange, answer.status, answer.fields, announce ? static_cast<int64_t>(size) : -1, false,
            inline_body ? answer.bytes : std::string_view{});
  if (!no_body) exchange->sent_bytes = size;
  if (!no_body && answer.body == Answer::Body::kBorrowed) {
    EmitBorrowed(exchange, answer.bytes, answer.release);
  } else if (!no_body && answer.body == Answer::Body::kFile) {
    EmitFile(exchange, answer.fd, answer.offset, answer.length, answer.release, answer.pages);
  } else if (answer.release.function != nullptr) {
    answer.release.function(answer.release.context);
  }
  Complete(exchange);
}

void Connection::SendParts(Exchange* exchange, uint16_t status, std::string_view fields, uint64_t length,
                           std::span<const AnswerPart> parts) {
  WriteHead(exchange, status, fields, static_cast<int64_t>(length), false, {});
  exchange->sent_bytes = length;
  for (const AnswerPart& part : parts) {
    if (part.fd >= 0) {
      EmitFile(exchange, part.fd, part.offset, part.length, part.release, part.pages);
    } else if (part.release.function != nullptr) {
      EmitBorrowed(exchange, part.bytes, part.release);
    } else {
      Emit(exchange, part.bytes);
    }
  }
  Complete(exchange);
}

void Connection::SendStatus(Exchange* exchange, uint16_t status, std::string_view fields, bool close) {
  if (close) exchange->closes = true;
  Answer answer;
  answer.status = status;
  std::string own_fields, content;
  if (http::StatusForbidsBody(status)) {
    answer.fields = fields;
  } else {
    own_fields.reserve(fields.size() + kPageFieldsBytes);
    if (status >= 400) {
      if (exchange->request_id.empty()) exchange->request_id = io_.NewRequestId();
      const auto page = io_.options().error_pages.For(status, exchange->error_format, exchange->request_id, &content);
      http::AppendErrorFields(page.format, page.is_own, exchange->request_id, &own_fields);
      answer.bytes = page.bytes;
    } else {
      own_fields.assign("Content-Type: text/plain; charset=utf-8\r\n");
      answer.bytes = http::StatusBody(status);
    }
    own_fields += fields;
    answer.fields = own_fields;
    answer.body = Answer::Body::kCopied;
  }
  if (exchange->answered_by == AnsweredBy::kView) {
    exchange->answered_by = status >= 400 ? AnsweredBy::kError : AnsweredBy::kConstant;
  }
  Send(exchange, answer);
}

// A tap would take it for what the view or the upstream has to say.
void Connection::AnswerLate(Exchange* exchange) {
  io_.counters().deadlines_passed.Add();
  exchange->stages.reset();
  SendStatus(exchange, 504);
}

// Owed at most once, and only while nothing else was said.
void Connection::SendContinue(Exchange* exchange) {
  if (!exchange->expects_continue || exchange->status != 0) return;
  exchange->expects_continue = false;
  Emit(exchange, "HTTP/1.1 100 Continue\r\n\r\n");
  MarkDirty();
}

void Connection::SendInterim(Exchange* exchange, uint16_t status, std::string_view fields) {
  if (exchange->http10 || exchange->status != 0) return;
  std::string text(http::StatusLine(status));
  Emit(exchange, text.append(fields).append("\r\n"));
  MarkDirty();
}

void Connection::StartStream(Exchange* exchange, uint16_t status, std::string_view fields, int64_t declared_length) {
  const AnswerHead head{status, fields, declared_length};
  if (exchange->stages != nullptr) [[unlikely]] return StartThroughStages(exchange, head);
  OpenStream(exchange, head);
}

void Connection::OpenStream(Exchange* exchange, const AnswerHead& head) {
  const uint16_t status = head.status;
  const bool is_empty = http::StatusForbidsContent(status);
  const int64_t declared_length = is_empty ? 0 : head.length;
  const bool no_body = exchange->head_request || is_empty;
  exchange->answer_remaining = no_body ? -1 : declared_length;
  exchange->chunked_answer = !no_body && declared_length < 0 && !exchange->http10;
  if (!no_body && declared_length < 0 && exchange->http10) exchange->closes = true;  // ends with the connection
  const bool announce = declared_length >= 0 && !http::StatusForbidsBody(status);
  WriteHead(exchange, status, head.fields, announce ? declared_length : -1, exchange->chunked_answer, {});
  exchange->state = ExchangeState::kStreaming;
}

void Connection::StreamChunk(Exchange* exchange, std::string_view bytes, net::Release release) {
  if (exchange->stages != nullptr) [[unlikely]] return StreamThroughStages(exchange, bytes, release);
  EmitChunk(exchange, bytes, release);
}

void Connection::EmitChunk(Exchange* exchange, std::string_view bytes, net::Release release) {
  const bool silent = exchange->head_request || http::StatusForbidsContent(exchange->status) || bytes.empty();
  const bool too_long = !silent && exchange->answer_remaining >= 0 &&
                        bytes.size() > static_cast<uint64_t>(exchange->answer_remaining);
  if (silent || too_long) {
    if (release.function != nullptr) release.function(release.context);
    exchange->credit_owed += bytes.size();
    if (too_long) {
      // More than it announced: nothing of it can be sent safely. The cut shows the client that the answer is broken.
      Abort();
    } else {
      MarkDirty();
    }
    return;
  }
  if (exchange->answer_remaining >= 0) exchange->answer_remaining -= static_cast<int64_t>(bytes.size());
  exchange->sent_bytes += bytes.size();
  exchange->credit_owed += bytes.size();
  if (exchange->chunked_answer) {
    char size_line[20];
    char* end = std::to_chars(size_line, size_line + 16, bytes.size(), 16).ptr;
    end = Put(end, "\r\n");
    Emit(exchange, {size_line, static_cast<size_t>(end - size_line)});
  }
  if (release.function != nullptr) {
    EmitBorrowed(exchange, bytes, release);
  } else {
    Emit(exchange, bytes);
  }
  if (exchange->chunked_answer) Emit(exchange, "\r\n");
  MarkDirty();
}

void Connection::EndStream(Exchange* exchange, bool complete, std::string_view trailers) {
  if (exchange->stages != nullptr) [[unlikely]] return EndThroughStages(exchange, complete, trailers);
  const bool no_body = exchange->head_request || http::StatusForbidsContent(exchange->status);
  if (!no_body && (!complete || exchange->answer_remaining > 0)) {
    // The answer was cut and must look cut: no last chunk, too few bytes, or a reset where only the end tells the length.
    const bool ends_with_connection = !exchange->chunked_answer && exchange->answer_remaining < 0;
    if (ends_with_connection) return Abort();
    exchange->closes = true;
    Complete(exchange);
    return;
  }
  if (exchange->chunked_answer) {
    Emit(exchange, "0\r\n");
    if (!trailers.empty()) Emit(exchange, trailers);
    Emit(exchange, "\r\n");
  }
  Complete(exchange);
}
}  // namespace fastserve::server
