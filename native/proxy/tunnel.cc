#include "native/proxy/tunnel.h"

#include <algorithm>

namespace fastserve::proxy {

Tunnel::Tunnel(IoServices& io, Client& client, UpstreamConnection* connection, int64_t idle_ms)
    : io_(io), client_(client), connection_(connection), idle_ms_(idle_ms) {
  timer_.kind = kTimerKind;
  timer_.owner = static_cast<Timed*>(this);
  connection_->SetUser(this);
  NoteProgress();
}

Tunnel::~Tunnel() { Stop(); }

void Tunnel::Begin(std::string_view early) {
  if (!early.empty()) OnBytes(early);
}

void Tunnel::OnBytes(std::string_view bytes) {
  NoteProgress();
  unsent_ += bytes.size();
  client_.TunnelBytes(bytes);
}

bool Tunnel::WantsBytes() const { return !over_ && !output_ended_ && unsent_ < kWindowBytes; }

void Tunnel::OnTaken(uint64_t bytes) {
  if (over_) return;
  const bool blocked = unsent_ >= kWindowBytes;
  unsent_ -= std::min(unsent_, bytes);
  NoteProgress();
  if (blocked) connection_->ReadOn();
}

void Tunnel::OnInput(std::string_view bytes) {
  if (over_ || input_ended_) return;
  NoteProgress();
  connection_->output().Append(io_.pool(), bytes);
  connection_->Flush();
}

bool Tunnel::WantsInput() const { return !over_ && connection_->output().pending_memory() < kWindowBytes; }

void Tunnel::OnInputEnd() {
  if (over_ || input_ended_) return;
  input_ended_ = true;
  connection_->FinishSending();
  EndIfBoth();
}

void Tunnel::OnSent() {
  NoteProgress();
  client_.WantContent();
  EndIfBoth();
}

void Tunnel::OnEnd(UpstreamEnd end) {
  if (end != UpstreamEnd::kFinished) {
    connection_ = nullptr;
    return Over(true);
  }
  output_ended_ = true;
  client_.FinishTunnel();
  EndIfBoth();
}

void Tunnel::EndIfBoth() {
  if (!over_ && input_ended_ && output_ended_ && connection_->output().empty()) Over(false);
}

void Tunnel::OnTimer() {
  const int64_t late_ms = progress_ms_ + idle_ms_;
  if (io_.now_ms() >= late_ms) return Over(true);
  io_.wheel().Arm(&timer_, late_ms);
}

// The timer is armed lazily: it looks again when it fires.
void Tunnel::NoteProgress() {
  progress_ms_ = io_.now_ms();
  if (idle_ms_ > 0 && !timer_.armed() && !over_) io_.wheel().Arm(&timer_, progress_ms_ + idle_ms_);
}

void Tunnel::Over(bool broken) {
  if (over_) return;
  Stop();
  client_.EndTunnel(broken);
}

void Tunnel::Stop() {
  over_ = true;
  io_.wheel().Cancel(&timer_);
  if (connection_ != nullptr) connection_->Close();
  connection_ = nullptr;
}

}  // namespace fastserve::proxy
