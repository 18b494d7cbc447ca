#include "native/server/connection/body_pace.h"

#include <algorithm>

namespace fastserve::server {

void BodyPace::Begin(int64_t now_ms, int64_t total_ms, uint32_t bytes_per_second) {
  *this = {};
  if (total_ms > 0) deadline_ms_ = now_ms + total_ms;
  if (bytes_per_second == 0) return;
  window_least_ = static_cast<uint32_t>(std::min<int64_t>(bytes_per_second * (kWindowMs / 1000), UINT32_MAX));
  window_end_ms_ = now_ms + kGraceMs;
}

void BodyPace::Hold(int64_t now_ms) {
  if (held_since_ms_ == 0) held_since_ms_ = now_ms;
}

void BodyPace::Release(int64_t now_ms) {
  if (held_since_ms_ == 0) return;
  const int64_t held_ms = now_ms - held_since_ms_;
  held_since_ms_ = 0;
  if (deadline_ms_ != kNever) deadline_ms_ += held_ms;
  if (window_end_ms_ != kNever) window_end_ms_ += held_ms;
}

bool BodyPace::IsTooSlow(int64_t now_ms, uint64_t received) {
  if (held_since_ms_ != 0) return false;
  if (now_ms >= deadline_ms_) return true;
  if (now_ms < window_end_ms_) return false;
  if (!in_grace_ && received - window_start_bytes_ < window_least_) return true;
  in_grace_ = false;
  window_start_bytes_ = received;
  window_end_ms_ = now_ms + kWindowMs;
  return false;
}

int64_t BodyPace::next_look_ms() const { return std::min(deadline_ms_, window_end_ms_); }

}  // namespace fastserve::server
