// Carries one proxied request to a server and its answer back. The I/O thread's own.
//
//   kCollecting ──content complete──► kPicking ──server──► kConnecting ──connected──► kSending ──final head──► kAnswering ─┐
//   (buffered content only)              ▲    └─kept connection──────────────────────►   │                         │   whole
//                                        └──── refused, broken, late: another server ────┘                         ▼      ▼
//                                              kTunnel ◄── 101 that was asked for ── kSending                    kDone ◄──┘
//
// DESIGN: what can be sent again is kept: the head, and content that was buffered. Nothing of an answer reaches the client
// before its head has been parsed whole, so until then any failure can become another attempt or a clean 502 or 504; behind it
// only a cut is honest. Answers are taken at the server's speed: window_bytes on their way to the client, the rest in a
// spool; the server is free as soon as it has said all.
//
// R1: a server that was picked gets exactly one OnResult.
// R2: behind the last word to the client no call to it follows; Stop may come from inside any call to it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "native/http/request/chunked_decoder.h"
#include "native/proxy/client.h"
#include "native/proxy/response_fields.h"
#include "native/proxy/rule.h"
#include "native/proxy/spool.h"
#include "native/proxy/tunnel.h"
#include "native/proxy/upstream_pool.h"

namespace fastserve::proxy {

// A request, ready to be sent: what the relay needs of it beside its content.
struct OutgoingRequest {
  std::string head;       // request line and field lines, without those that frame the content and the empty line
  http::Method method = http::Method::kGet;
  bool has_content = false;
  int64_t content_length = -1;  // as the client declared it; -1: chunked
  bool announces_empty = false; // Content-Length: 0 is due
  std::string upgrade;  // the protocol that the client asks for; empty: none
  std::string_view public_scheme;  // a constant
  std::string public_host;
  uint64_t window_bytes = 262144;   // of the answer, on their way to the client
  uint64_t hash = 0;
  std::string sticky_id;            // RequestFacts
  bool noted = false;               // somebody will read all of RelayFacts
  std::string announced;            // the PROXY header of the client (UpstreamSpec::proxy_version); empty: the server's own request
  int64_t deadline_ms = 0;          // monotonic: until then the client waits for a head; 0: nobody said
  uint8_t timeout_fields = 0;       // that say what is left of it (http::ClientTimeout), each time that the request is sent
  size_t own_head_bytes = 0;        // of `head` without them; the relay's
  std::string path, remote_addr;    // for servers that speak uwsgi: decoded, without a prefix that is stripped; the client's
};

// For the access log.
struct RelayFacts {
  uint16_t upstream_status = 0;
  int64_t upstream_ns = -1;  // from the first attempt to the head; -1: no head came
  uint32_t attempts = 0;
  // Of requests that are noted.
  std::string server;           // the last one that was asked: ServerSpec::label
  int64_t connect_ns = -1;      // of the last attempt; 0: a kept connection; -1: never connected
  int64_t whole_ns = -1;        // from the first attempt to the end of the answer; -1: it did not come whole
};

class Relay final : public UpstreamUser, public Timed, public Waiter, public Resumable {
 public:
  // All of them outlive the relay.
  Relay(IoServices& io, Client& client, UpstreamPool& pool, Balancer& balancer, const RuleSpec& rule);
  ~Relay();

  // What Start sends. Not to be changed behind it.
  OutgoingRequest& request() { return request_; }
  void Start();

  // ---- the request's content ----
  bool WantsContent() const;
  // At most kContentBytes a call; `ended` with the last.
  void TakeContent(std::string_view bytes, bool ended);
  // Where the trailer lines of chunked content are put as they come; lives as long as the relay.
  std::string* request_trailers() { return &request_trailers_; }

  // ---- the client ----
  // It has taken so many bytes of what it was given.
  void OnTaken(uint64_t bytes);
  void OnTunnelInput(std::string_view bytes);
  void OnTunnelInputEnd();
  bool WantsTunnelInput() const;
  // It has left, or was answered by somebody else. Harmless when done.
  void Stop();
  const RelayFacts& facts() const { return facts_; }

  // ---- the upstream ----
  void OnConnected() override;
  void OnBytes(std::string_view bytes) override;
  bool WantsBytes() const override;
  void OnSent() override;
  void OnEnd(UpstreamEnd end) override;
  void OnServerFree() override;
  void OnTimer() override;
  void Resume() override;

 private:
  enum class State : uint8_t { kCollecting, kPicking, kWaiting, kConnecting, kSending, kAnswering, kTunnel, kDone };

  // ---- attempts (relay.cc) ----
  void NextAttempt(uint16_t otherwise);
  void Attempt(bool may_reuse);
  UpstreamConnection* TakeKept();
  void NoteAttempt();
  void FailAttempt(Outcome outcome, uint16_t status);
  bool CanRepeat() const;
  bool CanRepeatSent() const;
  bool MayBeStale() const;
  void AttemptAnew();
  void Report(Outcome outcome);
  void ReleaseConnection(bool reusable);
  void GiveUp(uint16_t status);
  void Finish();

  // ---- the request (relay_request.cc) ----
  void SendRequest();
  void RenewTimeouts();
  void AppendContent();
  void AppendHeadAlone();
  void AppendCollected();
  void AppendCollectedWithTrailers();
  void AppendSizeLine(uint64_t bytes);
  bool AppendUwsgi();
  std::string LastChunk() const;

  // ---- answers (relay_answer.cc) ----
  void TakeHeadBytes(std::string_view bytes);
  void StartTunnel(std::string_view early);
  bool TakeInterim(std::string_view head_bytes, std::string_view rest);
  void TakeFinalHead(std::string_view head_bytes, std::string_view rest);
  void TakeContentBytes(std::string_view bytes);
  void TakeChunkedBytes(std::string_view bytes);
  void Deliver(std::string_view content);
  void ContentComplete(bool surplus);
  void EndWhole();
  void Cut();
  void Drain();
  PublicPlace Place() const;
  void AppendStickyCookie(std::string* lines) const;

  // ---- time (relay_deadline.cc) ----
  int64_t Deadline() const;
  // Nothing of an answer but interim ones has come.
  bool AwaitsHead() const { return state_ < State::kAnswering; }
  void Rearm();

  IoServices& io_;
  Client& client_;
  UpstreamPool& pool_;
  Balancer& balancer_;
  const RuleSpec& rule_;
  OutgoingRequest request_;
  Choice choice_;
  UpstreamConnection* connection_ = nullptr;
  net::Timer timer_;
  State state_ = State::kCollecting;
  bool buffered_ = true;           // the answer
  bool content_ended_ = false;     // of the request: all of it has come
  bool content_passed_ = false;    // some of it went on unbuffered: cannot be repeated
  bool request_sent_ = false;      // all of it is with the kernel
  bool reused_ = false;            // the present attempt goes over a kept connection
  bool received_ = false;          // a byte of the present attempt's answer came
  bool answer_complete_ = false;   // the upstream has said all
  bool reported_ = true;           // R1
  uint8_t interim_count_ = 0;
  ResponseFraming framing_ = ResponseFraming::kNone;
  bool keep_alive_ = false;
  int64_t remaining_ = 0;          // of the answer's content, with kLength
  uint64_t unsent_ = 0;            // bytes that the client was given and has not taken
  int64_t started_ms_ = 0;
  int64_t phase_ms_ = 0;           // when the present state (or, within it, the last progress) began
  int64_t attempt_ns_ = 0;
  int64_t latency_ns_ = 0;
  http::ChunkedDecoder decoder_;
  std::string held_;               // a head that is not whole
  std::string trailers_;           // of the answer, as they came
  std::vector<uint32_t> excluded_;
  std::optional<Spool> content_;   // of the request
  std::string request_trailers_;   // as they came
  std::optional<Spool> spool_;     // of the answer
  std::unique_ptr<Tunnel> tunnel_;
  RelayFacts facts_;
  int64_t opened_ns_ = 0;  // when the last connection began, of requests that are noted
};

}  // namespace fastserve::proxy
