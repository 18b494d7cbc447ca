// The TLS of one connection, in either role: received bytes in, plaintext out; content in, records out. The connection's I/O
// thread only.
//
// DESIGN: OpenSSL never touches the socket. One recv feeds any number of records, one send carries what they gave rise to:
// a flight of the handshake, or several records of an answer. Plaintext passes through buffers that the I/O thread lends,
// so an idle session holds OpenSSL's own state and nothing else.
//
//   nothing ──first byte──► handshake ──finished──► established ──close_notify──► ended
//                               └──────────── alert, broken record ────────────────► failed
//
// T1: every Open reads all of its input, so that nothing received waits inside the session (but part of one record).
// T2: more is sealed only when everything sealed before is with the kernel: at most one batch waits here.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "native/net/output_queue.h"
#include "native/tls/client_context.h"
#include "native/tls/context.h"
#include "native/tls/wire.h"

struct ssl_st;

namespace fastserve::tls {

// Memory that one I/O thread lends to its sessions, for the length of a call.
struct Scratch {
  // With the part of a record that OpenSSL may hold back, a whole read fits into kPlainBytes (T1).
  static constexpr size_t kReceiveBytes = 47104;
  static constexpr size_t kPlainBytes = 65536;
  char received[kReceiveBytes];
  char plain[kPlainBytes];
  std::string sealed;
};

class Session {
 public:
  // A connection that accepts TLS. Costs little until its first byte comes.
  explicit Session(const ContextSlot& slot) : slot_(&slot) {}
  // A connection that connects. `client` outlives it.
  explicit Session(const ClientContext& client) : client_(&client) {}
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  enum class State : uint8_t { kFresh, kHandshake, kEstablished, kEnded, kFailed };
  State state() const { return state_; }
  bool established() const { return state_ == State::kEstablished || state_ == State::kEnded; }
  // Client role, once, first of all: the first flight then waits to be sent. `authority`: of the server; its host is verified
  // and named (SNI), unless the context names another. False when OpenSSL refuses.
  bool Connect(std::string_view authority);

  // Whether the client came back with a ticket. Once established.
  bool resumed() const;
  // "TLSv1.3", the cipher suite by OpenSSL's name, the name that the client asked for (RFC 6066 3); empty before a handshake.
  std::string_view protocol() const;
  std::string_view cipher() const;
  std::string_view server_name() const;

  // Decrypts all of `received` (at most Scratch::kReceiveBytes). The view is into scratch.plain, empty while nothing but the
  // handshake has come; look at state() behind it. After kFailed the alert for the client waits to be sent.
  std::string_view Open(std::string_view received, Scratch& scratch);

  // Whether a part of a record has come whose rest has not. Once established.
  bool has_input() const;
  // Whether Flush would send something although the queue is empty.
  bool has_output() const { return !pending_.empty(); }
  size_t pending_bytes() const { return pending_.size(); }
  // Whether bytes of the queue are among them, and not only messages of TLS.
  bool holds_content() const { return holds_content_; }
  // As OutputQueue::Flush, through TLS. `budget` and *sent count bytes of the queue. With `fin_follows` the goodbye of Close
  // goes with the last bytes.
  net::FlushStatus Flush(net::BlockPool& pool, net::OutputQueue& queue, Scratch& scratch, int socket, size_t budget,
                         uint64_t* sent, bool fin_follows = false);
  // Says goodbye (close_notify, RFC 8446 6.1) as far as the socket takes it at once. Nothing can be sent afterwards.
  void Close(int socket);

  // OpenSSL's information callback: notices refused renegotiation.
  static void OnInfo(const ssl_st* ssl, int where, int value);

 private:
  bool Begin();
  void Note(int result);
  ssize_t SealBatch(net::BlockPool& pool, net::OutputQueue& queue, Scratch& scratch, size_t most);
  net::FlushStatus SendPending(int socket);
  net::FlushStatus SendBeforePages(int socket);
  net::FlushStatus SendSealed(std::string& sealed, int socket, int flags);
  void SayGoodbye(std::string* sink);

  const ContextSlot* slot_ = nullptr;      // the server's role
  const ClientContext* client_ = nullptr;  // the client's
  std::shared_ptr<const Context> context_;
  ssl_st* ssl_ = nullptr;
  Wire wire_;
  std::string pending_;  // sealed and not sent
  State state_ = State::kFresh;
  bool holds_content_ = false;
  bool said_goodbye_ = false;
  bool refused_ = false;  // the client asked for what this server does not do
};

}  // namespace fastserve::tls
