// What a view's or an upstream's answer passes through before it becomes bytes on a connection. The I/O thread's own.
//
//   view, upstream ──Send, StartStream...──► tap (the representation) ──► coder (its content coding) ──► head, framing
//
// DESIGN: an exchange without stages, which every file and most views are, pays one branch on a null pointer. Whoever
// routes the request sets the stages, before the request is submitted; connection_stages.cc runs an answer through them.
// The first stage sees the representation as it was given, so that what is kept of it is independent of who asked; the
// second one sees what this client gets.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "native/hints/lesson.h"
#include "native/server/connection/rest_of_content.h"

namespace fastserve::server {

class Connection;
struct Exchange;

// A final answer's head. The views live during the call that they are handed to.
struct AnswerHead {
  uint16_t status = 200;
  std::string_view fields;  // checked lines; a stage may point it at lines of its own, which live as long as the stage
  int64_t length = -1;      // of the content, -1: not known
};

// Sees the representation: the response cache's place. Destroyed before OnEnd, it was given up: the client left, or the
// exchange was answered by other means.
class AnswerTap {
 public:
  enum class Verdict : uint8_t {
    kPass,     // the answer goes on
    kReplace,  // it is not sent: once it has ended, Replace answers in its place
  };
  virtual ~AnswerTap() = default;

  // Once for each answer; once more only when an answer that had not reached the client was given up for another one.
  virtual Verdict OnHead(AnswerHead* head) = 0;
  // Content, in order. Not for answers to HEAD.
  virtual void OnContent(std::string_view bytes) = 0;
  // `complete`: the content was seen whole. An answer whose content is a file never is.
  virtual void OnEnd(bool complete) = 0;
  // Whether what passes is being stored. Others would get it without the trailers, so they are nobody's then (RFC 9111 3.1).
  virtual bool Stores() const { return false; }
  // After kReplace and OnEnd: answers `exchange`, which no stage is at any more. The tap lives until it returns.
  virtual void Replace(Connection& connection, Exchange* exchange) = 0;
};

// Makes of the content what this client gets: in a coding (RFC 9110 8.4), or a range of it (range_cutter.h).
class ContentCoder {
 public:
  virtual ~ContentCoder() = default;

  // Whether the content of this answer is coded. If so, *head is changed to that of the coded answer: fields (Content-Encoding,
  // Vary, a weak ETag), a length of -1 unless it is known, and the status where that is another one. If not, the fields may still be changed
  // (Vary). `whole`: the content, where all of it is there; empty for a stream, and for HEAD.
  virtual bool Begin(AnswerHead* head, std::string_view whole) = 0;
  // The coded bytes that may be sent now, perhaps none; valid until the next call.
  virtual std::string_view Code(std::string_view bytes) = 0;
  // What is left when the content is complete; valid while the coder lives.
  virtual std::string_view Finish() = 0;
  // A call of Code or Finish went wrong: what came out is of no use, and the answer must look cut.
  virtual bool failed() const = 0;
};

struct AnswerStages {
  std::unique_ptr<hints::Lesson> lesson;  // null: nobody learns from the answer's head (connection_hints.cc)
  std::unique_ptr<AnswerTap> tap;        // null: nobody keeps the answer
  std::unique_ptr<ContentCoder> coder;   // null: it is sent as it is
  std::string conditions;                // lines for an upstream: whether what the tap has still holds, and who stores its answer
  size_t stored_bytes = 0;               // so much content the tap would store: it is not held up by a slow client
  std::unique_ptr<RestOfContent> rest;   // of a whole content that is coded over several turns
  bool codes = false;                    // a streamed answer's content goes through the coder
  bool discards = false;                 // a streamed answer is not sent: the tap has refused it
};

}  // namespace fastserve::server
