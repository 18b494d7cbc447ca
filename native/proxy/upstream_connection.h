// One connection to a server of an upstream: connects, sends, reads, waits idle in its pool. The I/O thread's own.
//
//   kConnecting ──connected──► kHandshaking (TLS only) ──verified──► kInUse ◄──taken── kIdle
//        │                          │                                  │ └──given back──► ▲
//        └──────── refused, late ───┴──── reset, closed by its user ───┴─► kClosed ◄──────┘ time-out, FIN, unasked bytes
//
// DESIGN: watched edge-triggered from birth to death, so a request over a kept connection costs no epoll_ctl. It knows nothing
// of HTTP. Its user is told of bytes and ends, and reads no further than it wants; an idle connection holds no buffer.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "native/base/unique_fd.h"
#include "native/net/event_loop.h"
#include "native/net/output_queue.h"
#include "native/proxy/io_services.h"
#include "native/proxy/shared_idle.h"
#include "native/proxy/upstream.h"
#include "native/tls/session.h"

namespace fastserve::proxy {

class UpstreamPool;

// How a connection came to its end.
enum class UpstreamEnd : uint8_t {
  kRefused,      // never connected: refused, unreachable, no descriptor
  kUntrusted,    // TLS failed, or the certificate is not to be believed
  kFinished,     // the peer ended it properly (with TLS: said so)
  kReset,        // reset, or ended without the word that TLS has for it
};

// Who uses a connection now. Every call may lead to Close or GiveBack.
class UpstreamUser {
 public:
  // Connected (and the server is the right one): may send now.
  virtual void OnConnected() = 0;
  // Bytes came. The view lives during the call.
  virtual void OnBytes(std::string_view bytes) = 0;
  // Whether it would take bytes now. After a no, ReadOn must be called to go on.
  virtual bool WantsBytes() const = 0;
  // Everything queued is with the kernel.
  virtual void OnSent() = 0;
  // The connection has ended, or (kFinished) its peer sends no more. After kFinished the user closes it.
  virtual void OnEnd(UpstreamEnd end) = 0;

 protected:
  ~UpstreamUser() = default;
};

class UpstreamConnection final : public net::EventSource, public Timed, public Resumable, public Lendable {
 public:
  // `server` must be known to its user as long as it is used, `pool` as long as it lives.
  UpstreamConnection(IoServices& io, UpstreamPool& pool) : io_(io), pool_(pool) {}
  ~UpstreamConnection();

  // Begins to connect. False: failed at once; the connection is closed and its user was not told. `announced`: the PROXY header that it
  // begins with, where the pool's upstream has them; empty: it says that it is the server's own.
  bool Connect(const ServerSpec& server, const tls::ClientContext* tls, UpstreamUser* user, std::string_view announced);

  // ---- for the user ----
  net::OutputQueue& output() { return output_; }
  // Sends what is queued, as far as the kernel takes it. May call OnSent or OnEnd.
  void Flush();
  // The same at the end of the turn.
  void FlushLater() { io_.SendLater(this); }
  // No more will be sent: FIN behind what is queued.
  void FinishSending();
  // Reads again; delivers from the next turn on.
  void ReadOn() { io_.AddReady(this); }
  // Hands the connection to another user.
  void SetUser(UpstreamUser* user) { user_ = user; }
  // No use for it any more. Its user hears nothing further.
  void Close();
  // When something of the present request was last handed to the kernel.
  bool has_sent() const { return sent_; }
  int64_t last_progress_ms() const { return last_progress_ms_; }
  bool connected() const { return state_ == State::kInUse || state_ == State::kIdle; }
  // It has carried another request before.
  bool reused() const { return reused_; }
  // Neither the peer's end nor bytes wait to be read: what comes next will be the answer to the next request.
  bool IsQuiet();
  // The same, and the kernel is asked in any case.
  bool IsStillQuiet();
  uint32_t server_id() const { return server_id_; }
  std::string_view announced() const { return announced_; }

  // ---- for the pool ----
  // Goes on with a connection of another thread. False: it has ended, or cannot be watched; it is closed.
  bool Adopt(IdleSocket socket, UpstreamUser* user);
  // Any thread, while it is idle and lent. It is of no use behind it.
  IdleSocket Copy() override;
  void BecomeIdle(int64_t keep_ms);
  void BecomeUsed(UpstreamUser* user);

  void OnReady(net::Readiness readiness) override;
  void OnTimer() override;
  void Resume() override;

  // Of the services: waits for the end of the turn to be sent.
  bool in_unsent = false;
  // Of its user: the last answer was one to HEAD.
  bool answered_head = false;
  // Of the pool: where its links are.
  bool lent = false;
  // Links in the pool's list of idle connections, or of those that it lent.
  UpstreamConnection* newer = nullptr;
  UpstreamConnection* older = nullptr;

 private:
  enum class State : uint8_t { kConnecting, kHandshaking, kInUse, kIdle, kClosed };

  void OnConnectDone();
  bool Announce();
  void Established();
  void Read();
  ssize_t Receive(std::string_view* bytes);
  void End(UpstreamEnd end);

  IoServices& io_;
  UpstreamPool& pool_;
  UpstreamUser* user_ = nullptr;
  base::UniqueFd fd_;
  std::unique_ptr<tls::Session> tls_;
  std::string announced_;
  net::OutputQueue output_;
  net::Timer timer_;  // from the first time that it was idle, until it finds it in use
  int64_t idle_until_ms_ = 0;
  int64_t last_progress_ms_ = 0;
  uint32_t server_id_ = 0;
  State state_ = State::kClosed;
  bool peer_closed_ = false;  // FIN seen by epoll
  bool readable_ = false;
  bool writable_ = false;
  bool finishing_ = false;   // FIN is owed
  bool sent_ = false;
  bool reused_ = false;
  bool adopted_ = false;     // another thread may have a descriptor of the socket
};

static_assert(sizeof(UpstreamConnection) <= 512, "an idle connection is cheap");

}  // namespace fastserve::proxy
