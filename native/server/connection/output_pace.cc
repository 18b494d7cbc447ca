#include "native/server/connection/output_pace.h"

#include <algorithm>

#include "native/base/check.h"

namespace fastserve::server {

namespace {

constexpr uint64_t kOpen = UINT64_MAX;
constexpr uint64_t kMsPerSecond = 1000;

// A piece is what comes in so long: four ticks of the timer wheel.
constexpr uint64_t kPieceMs = 64;

// More than this is not saved up while the client, or whoever makes the answer, is slow.
constexpr uint64_t kMostSavedMs = 1000;

}  // namespace

void OutputPace::Begin(uint64_t pending, http::Bandwidth bandwidth) {
  End(pending);
  answers_.push_back({sent_ + pending, kOpen, bandwidth.bytes_per_s, bandwidth.after * kMsPerSecond, kNever});
}

void OutputPace::End(uint64_t pending) {
  if (!answers_.empty() && answers_.back().end == kOpen) answers_.back().end = sent_ + pending;
}

uint64_t OutputPace::Room(uint64_t pending, int64_t now_ms) {
  std::erase_if(answers_, [this](const Answer& answer) { return answer.end <= sent_; });
  if (answers_.empty()) return pending;
  Answer& front = answers_.front();
  if (sent_ < front.begin) return std::min(pending, front.begin - sent_);
  const bool is_new = front.filled_ms == kNever;
  const int64_t passed_ms = is_new ? 0 : now_ms - front.filled_ms;
  front.filled_ms = now_ms;
  const uint64_t most = front.bytes_per_s * kMostSavedMs;
  if (front.credit < most) {
    front.credit = std::min(most, front.credit + front.bytes_per_s * std::min(static_cast<uint64_t>(passed_ms), kMostSavedMs));
  }
  const uint64_t credit = front.credit / kMsPerSecond;
  if (!is_new && credit < WantedOf(front, pending)) return 0;
  return std::min({credit, pending, front.end - sent_});
}

void OutputPace::Sent(uint64_t bytes) {
  if (!answers_.empty() && sent_ >= answers_.front().begin) {
    FASTSERVE_CHECK(bytes * kMsPerSecond <= answers_.front().credit, "what is sent was allowed (P2)");
    answers_.front().credit -= bytes * kMsPerSecond;
  }
  sent_ += bytes;
}

int64_t OutputPace::DelayMs(uint64_t pending) const {
  if (answers_.empty() || sent_ < answers_.front().begin) return 1;
  const Answer& front = answers_.front();
  const uint64_t wanted = WantedOf(front, pending) * kMsPerSecond;
  if (wanted <= front.credit) return 1;
  return static_cast<int64_t>((wanted - front.credit + front.bytes_per_s - 1) / front.bytes_per_s);
}

// A piece, or what there is of less. Nothing is worth waiting for longer than a byte.
uint64_t OutputPace::WantedOf(const Answer& answer, uint64_t pending) const {
  const uint64_t piece = std::max<uint64_t>(1, answer.bytes_per_s * kPieceMs / kMsPerSecond);
  return std::min({piece, std::max<uint64_t>(1, pending), answer.end - sent_});
}

}  // namespace fastserve::server
