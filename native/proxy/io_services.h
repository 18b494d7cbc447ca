// What the proxy borrows from its I/O thread. Everything in native/proxy runs on that thread alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "native/net/event_loop.h"
#include "native/net/output_queue.h"
#include "native/net/timer_wheel.h"
#include "native/proxy/response_parser.h"
#include "native/tls/session.h"

namespace fastserve::proxy {

// Marks the timers of this folder among all of the thread's (net::Timer::kind); their owner is a Timed.
constexpr uint8_t kTimerKind = 1;

class Timed {
 public:
  virtual void OnTimer() = 0;

 protected:
  ~Timed() = default;
};

// Something that goes on in the next turn, for it has used up its budget in this one. Remove it before it dies.
class Resumable {
 public:
  virtual void Resume() = 0;
  bool in_ready = false;

 protected:
  ~Resumable() = default;
};

class UpstreamConnection;

class IoServices {
 public:
  static constexpr size_t kScratchBytes = 65536;

  virtual net::EventLoop& loop() = 0;
  virtual net::TimerWheel& wheel() = 0;
  virtual net::BlockPool& pool() = 0;
  // Of the turn.
  virtual int64_t now_ms() = 0;
  virtual int64_t now_ns() = 0;
  // kScratchBytes for one call of recv and what follows from it.
  virtual char* scratch() = 0;
  virtual tls::Scratch& tls_scratch() = 0;
  // Resumes it in the next turn, once.
  virtual void AddReady(Resumable* source) = 0;
  virtual void RemoveReady(Resumable* source) = 0;
  // Sends what is queued there at the end of the turn, before anything is sent to clients: requests that come in one turn wake a
  // server once.
  virtual void SendLater(UpstreamConnection* connection) = 0;
  // Destroys a closed connection at the end of the turn: this turn's calls may still be inside it.
  virtual void Bury(UpstreamConnection* connection) = 0;
  // The head that is parsed now, and the lines made from it: valid until the next one.
  ResponseHead& response_head() { return response_head_; }
  std::string& lines() { return lines_; }

 protected:
  ~IoServices() = default;

 private:
  ResponseHead response_head_;
  std::string lines_;
};

}  // namespace fastserve::proxy
