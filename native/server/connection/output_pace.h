// How much of a connection's output may go now, where answers in it have a bandwidth. The I/O thread's own.
//
//   queued:   │ free │ limited answer ........│ free │ limited answer ..│
//             sent_ counts from here           begin_        end (open while the answer is not complete)
//
// DESIGN: a bucket for the answer at the front. It begins with what goes free of the limit (http::Bandwidth::after), is filled
// by the clock, and is spent in pieces: often enough to be smooth, seldom enough to cost little.
//
// P1: answers are in the order of their bytes, and do not overlap.
// P2: what Room allowed lies before the first answer, or within it.
#pragma once

#include <cstdint>
#include <vector>

#include "native/http/response/bandwidth.h"

namespace fastserve::server {

class OutputPace {
 public:
  // An answer begins behind `pending` bytes that are queued.
  void Begin(uint64_t pending, http::Bandwidth bandwidth);
  // The newest answer, if it is open, ends behind `pending` bytes.
  void End(uint64_t pending);
  // How many of `pending` bytes may be sent; perhaps 0.
  uint64_t Room(uint64_t pending, int64_t now_ms);
  // So many of them were, at most what Room said.
  void Sent(uint64_t bytes);
  // Behind Room: milliseconds until it has more, at least 1.
  int64_t DelayMs(uint64_t pending) const;
  // Behind Room: nothing limits what is queued, nor what comes.
  bool idle() const { return answers_.empty(); }

 private:
  struct Answer {
    uint64_t begin, end;
    uint64_t bytes_per_s;
    uint64_t credit;      // bytes * 1000, so that a millisecond's share is whole
    int64_t filled_ms;    // when the credit was counted last; kNever: none of it was sent
  };
  static constexpr int64_t kNever = -1;

  uint64_t WantedOf(const Answer& answer, uint64_t pending) const;

  std::vector<Answer> answers_;  // the front first
  uint64_t sent_ = 0;
};

}  // namespace fastserve::server
