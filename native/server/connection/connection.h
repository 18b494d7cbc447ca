// One client connection: reads requests, keeps their answers in order, writes them. The I/O thread's own.
//
// DESIGN: sixteen files, one class, each named by what it adds. connection_input.cc receives bytes, connection_head.cc turns heads
// into exchanges, connection_content.cc takes their content, connection_ends.cc sees the end of it all. connection_output.cc turns
// answers into bytes, connection_order.cc keeps them in order, connection_sending.cc sends them,
// connection_pacing.cc no faster than they may go. connection_stages.cc turns those
// that are kept or coded on the way (connection_coding.cc over several turns), connection_fields.cc adds fields; connection_gate.cc
// decides who may ask; connection_hints.cc says early what pages will need; connection_proxied.cc ties both ends to an upstream; connection_tls.cc is between both and the socket where
// the listener speaks TLS; connection.cc is birth, time and death. The connection knows neither files nor workers: it hands each
// parsed request to the IoThread's router and gets answers through Answer and Stream*.
//
//   input phase:  kProxyHeader ──parsed──► kHead ──head parsed, content to come──► kBody ──complete──► kHead
//   (on listeners that ask for it)           │ error, Connection: close, limits                            │
//                                            └────────────────► kIgnoring (nothing more is read as a request)
//   kHead ──an upstream switches protocols──► kTunnel: bytes, no requests (connection_proxied.cc)
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "native/base/unique_fd.h"
#include "native/http/request/chunked_decoder.h"
#include "native/http/request/request_parser.h"
#include "native/net/event_loop.h"
#include "native/net/output_queue.h"
#include "native/net/socket_end.h"
#include "native/net/timer_wheel.h"
#include "native/queue/record_writer.h"
#include "native/server/connection/answer_stages.h"
#include "native/server/connection/body_pace.h"
#include "native/server/connection/exchange.h"
#include "native/server/connection/origin.h"
#include "native/server/connection/output_pace.h"
#include "native/server/gate/gate.h"
#include "native/server/listening.h"
#include "native/tls/session.h"

namespace fastserve::server {

class IoThread;
class Verification;
struct FrontDuties;
struct WorkerTarget;

// A complete answer. Views need to live only during the call; `release` runs once, whatever happens.
struct Answer {
  enum class Body : uint8_t { kNone, kCopied, kBorrowed, kFile };
  uint16_t status = 200;
  std::string_view fields;        // checked lines
  Body body = Body::kNone;
  std::string_view bytes;         // kCopied, kBorrowed
  int fd = -1;                    // kFile
  uint64_t offset = 0;
  net::PageWatch* pages = nullptr;  // kFile: null where its disk may be waited for
  uint64_t length = 0;            // content length to announce (HEAD: announced, not sent)
  net::Release release;
  bool announce_length = true;    // false for HEAD answers whose length the application did not say
};

// A piece of content: memory, or a region of a file.
struct AnswerPart {
  std::string_view bytes;  // copied, or with a release borrowed
  int fd = -1;             // -1: only memory
  net::PageWatch* pages = nullptr;  // as Answer's
  uint64_t offset = 0;
  uint64_t length = 0;
  net::Release release;    // of the file or of borrowed bytes
};

class Connection final : public net::EventSource {
 public:
  // `listening` outlives the connection.
  Connection(IoThread& io, base::UniqueFd fd, const sockaddr_storage& peer, const Listening& listening);
  // One without a client, for a request of the server's own in the name of `peer`: `fd` only says that it is open, and what is
  // answered is thrown away.
  Connection(IoThread& io, base::UniqueFd fd, const queue::PeerAddress& peer, bool encrypted);
  ~Connection();

  // ---- the loop ----
  void OnReady(net::Readiness readiness) override;
  void OnTimer();
  // Takes up work that the last turn left: a flush that used up its budget, input that was blocked.
  void Resume();
  // Sends what is queued. Once per turn for connections that MarkDirty named.
  void Flush();
  // The request of a connection without a client: a whole head, without content. Once.
  void Ask(std::string_view head);
  // Stops after what is in flight (graceful shutdown); an idle connection closes unless a request is on its way.
  void BeginDrain();
  // Between two requests: the last answer was sent, nothing of the next one has arrived.
  bool IsIdle() const;
  // Ends a connection that is idle.
  void CloseIdle();
  // Ends without ceremony: everything queued is dropped, requests in workers are cancelled.
  void Abort();

  // ---- answers, in any order; each exchange is answered once ----
  void Send(Exchange* exchange, const Answer& answer);
  // An answer whose content is `parts`, `length` bytes in all. Not for answers to HEAD.
  void SendParts(Exchange* exchange, uint16_t status, std::string_view fields, uint64_t length,
                 std::span<const AnswerPart> parts);
  // Constant page for `status`, with optional extra field lines. Closes when `close`.
  void SendStatus(Exchange* exchange, uint16_t status, std::string_view fields = {}, bool close = false);
  // 504 for a client whose own time is over (Exchange::is_past_deadline). Nothing is kept of it, and nobody else's answer is it.
  void AnswerLate(Exchange* exchange);
  void SendContinue(Exchange* exchange);
  void StartStream(Exchange* exchange, uint16_t status, std::string_view fields, int64_t declared_length);
  // `release` runs once when not null; bytes are copied otherwise.
  void StreamChunk(Exchange* exchange, std::string_view bytes, net::Release release);
  // `trailers`: checked lines, sent where the framing has room for them.
  void EndStream(Exchange* exchange, bool complete, std::string_view trailers = {});
  // 103 Early Hints (RFC 8297) of the application: what it says that the client has not been told before (connection_hints.cc).
  void SendHints(Exchange* exchange, std::string_view fields);
  // An interim answer (RFC 9110 15.2); nothing for clients of HTTP/1.0.
  void SendInterim(Exchange* exchange, uint16_t status, std::string_view fields);

  // ---- tunnels (connection_proxied.cc): the oldest exchange only ----
  // 101 with these lines; from now on the input goes to the exchange's relay.
  void StartTunnel(Exchange* exchange, std::string_view fields);
  void SendTunnelBytes(Exchange* exchange, std::string_view bytes);
  // FIN behind what was sent; the client may go on sending.
  void FinishTunnel();
  void EndTunnel(Exchange* exchange, bool broken);

  // The checker of the request that waits has answered (verifier.h).
  void OnVerdict();

  // Puts a new exchange in the place of `outstanding`, whose worker may still answer: the new one can be answered here, the
  // old one has no connection any more. nullptr when no token is left.
  Exchange* Replace(Exchange* outstanding);

  // Routes a request again that has waited: `head_bytes` is what it was routed by before. If it has content, that waited too
  // (HoldContent).
  void RouteAgain(Exchange* exchange, std::string_view head_bytes);
  // Leaves the content of a request, if some is to come, where it is until the request is routed again.
  void HoldContent(const Exchange* exchange);

  // ---- pages of a file at the front of the output (file_lane.h) ----
  net::FilePiece AwaitedPages() const { return output_.FrontPages(); }
  // They have been read (0 bytes: they were not, and are asked for again).
  void OnPages(const net::FilePiece& piece);

  // The worker granted credit for streamed content, or ring space came: goes on reading.
  void ContinueBody();
  // Content of a request that waited with it (Dispatcher::WaitWithContent), all of it. False: the connection broke, and is closed.
  bool ReceiveHeldContent(std::span<uint8_t> into);
  // The exchange left the FIFO or was answered: blocked input may go on.
  void Unblock();

  const queue::PeerAddress& peer() const { return peer_; }
  // Where the peer has connected to. A system call.
  net::SocketEnd LocalEnd() const { return net::LocalEnd(fd_.get()); }
  // Whether the connection itself is encrypted, or the PROXY header says so of the client's.
  bool is_encrypted() const { return tls_ != nullptr || announced_tls_; }
  // False: a request of the server's own.
  bool has_client() const { return has_client_; }
  const Listening& listening() const { return listening_; }
  // Null on a plain connection.
  const tls::Session* session() const { return tls_.get(); }
  bool closed() const { return !fd_.valid(); }
  bool has_exchanges() const { return first_ != nullptr; }

  // Links in the IoThread's list of all connections.
  Connection* all_previous = nullptr;
  Connection* all_next = nullptr;
  // Membership of the IoThread's turn lists.
  bool in_dirty = false;
  bool in_ready = false;

 private:
  friend class IoThread;
  // Content of an answered request that is read and thrown away to keep the connection; more closes it.
  static constexpr uint64_t kMaxDiscardedBytes = 262144;
  // Of files, that are to be sent still: with less the socket's buffer is large enough.
  static constexpr uint64_t kLongDownloadBytes = 1u << 20;

  enum class Phase : uint8_t { kProxyHeader, kHead, kBody, kIgnoring, kTunnel };
  // Where content goes. kSocket: it stays there, whole, until a ring has room for it. kHeld: it is not read before its request is
  // routed.
  enum class Sink : uint8_t { kCollect, kStream, kRelay, kDiscard, kSocket, kHeld };
  // net::SendRoom of its socket. kLeftOver: it was for the download before the newest request.
  enum class Room : uint8_t { kUsual, kWide, kLeftOver };
  enum class Wait : uint8_t { kNone, kHeader, kBody, kKeepAlive, kWrite, kLinger, kHandshake, kDrain, kHold, kPace };

  // ---- input (connection_input.cc, connection_head.cc, connection_content.cc, connection_ends.cc) ----
  void ReadInput();
  ssize_t Receive(std::string_view* view);
  void TakeInput(std::string_view view);
  size_t ConsumeInput(std::string_view input);
  size_t ConsumeProxyHeader(std::string_view input, bool* progress);
  size_t ConsumeHead(std::string_view input, bool* progress);
  std::optional<Admission> AskGate(const http::RequestHead& head, std::string_view head_bytes, const Origin& origin,
                                   uint64_t declared_length);
  void AwaitVerdict(GateRequest* request, const Origin& origin, Admission* admission);
  void DropVerification();
  std::string_view ChangeHead(std::string_view head_bytes, Admission* admission, http::RequestHead* head, Origin* origin,
                              std::string* changed);
  bool ParseAgain(std::string_view head_bytes, http::RequestHead* head, Origin* origin);
  bool TakeAdmission(Exchange* exchange, Admission* admission);
  void HoldHead(int64_t delay_ms);
  void ReleaseHead();
  size_t ConsumeBody(std::string_view input, bool* progress);
  size_t ConsumeBodyPiece(std::string_view input, std::string_view* data, bool* ended);
  // An accepted head beside what was parsed of it. declared_length: queue::kUnknownLength for chunked content.
  struct HeadFacts {
    std::string_view bytes;
    bool has_body;
    uint64_t declared_length;
  };
  size_t PassGate(const HeadFacts& facts, http::RequestHead* head, Origin* origin, std::string_view rest, bool* progress);
  Exchange* BeginExchange(const http::RequestHead& head, const Origin& origin, const HeadFacts& facts);
  void ExpectContent(Exchange* exchange, uint64_t declared_length);
  Exchange* AppendExchange();
  size_t Forward(Exchange* exchange, http::RequestHead& head, std::string_view head_bytes, const Origin& origin,
                 std::string_view rest);
  size_t DiscardBody(std::string_view input, bool* progress);
  size_t StreamBody(std::string_view input, bool* progress);
  size_t GatherChunks(std::string_view input, std::string_view* data, bool* ended);
  size_t CollectBody(std::string_view input, bool* progress);
  size_t RelayBody(std::string_view input, bool* progress);
  void StartProxied(Exchange* exchange, const http::RequestHead& head, std::string_view head_bytes,
                    const WorkerTarget& target, const Origin& origin, bool has_body);
  size_t ConsumeTunnel(std::string_view input, bool* progress);
  void OnTunnelEndOfInput();
  void EndUpgradeWait(Exchange* exchange);
  void ShutDownOutput();
  bool CountBody(uint64_t bytes);
  size_t StartContent(Exchange* exchange, queue::RequestParts& parts, std::string_view rest);
  bool ReceiveContent(Exchange* exchange, const queue::RequestParts& parts, std::string_view rest);
  bool FillFromSocket(uint8_t* into, size_t size, std::string_view rest);
  bool DecodeWholeChunked(std::string_view rest, size_t* used, size_t* size);
  void FinishBody();
  void RefuseInput(http::HttpError error, std::string_view request = {});
  void RefuseRequest(http::HttpError error, const http::RequestHead& head, std::string_view head_bytes, const Origin& origin);
  void OnEndOfInput();
  // The connection ends behind the answers that are under way; nothing more of the client's is looked at.
  void EndBehindAnswers();
  void OnPeerGone();
  void WarnOfLeave();
  bool IsQuiet() const;
  bool HasLeft() const;
  bool InputBlocked() const;
  void SubmitAndHint(Exchange* exchange, const queue::RequestParts& parts, const Origin& origin);
  void NoteClientTimeout(Exchange* exchange, const http::RequestHead& head, std::string_view head_bytes);
  Exchange* NewExchange(const http::RequestHead& head, std::string_view head_bytes, const Origin& origin);

  // ---- TLS (connection_tls.cc) ----
  ssize_t ReceiveSecure(std::string_view* view);
  std::string_view Decrypt(std::string_view received);
  void BeginHandshake();
  void FailTls();
  void RefusePlainHttp(std::string_view request);

  // ---- answers of exchanges with stages (connection_stages.cc) ----
  void SendThroughStages(Exchange* exchange, const Answer& given);
  void StartThroughStages(Exchange* exchange, AnswerHead head);
  void StreamThroughStages(Exchange* exchange, std::string_view bytes, net::Release release);
  void EndThroughStages(Exchange* exchange, bool complete, std::string_view trailers);
  void CodeLater(Exchange* exchange, const Answer& answer, std::unique_ptr<AnswerStages> stages);
  bool CodesLater() const;
  void ContinueCoding();

  // ---- fields of answers (connection_fields.cc) ----
  std::string_view CompleteFields(Exchange* exchange, std::string_view fields, std::string* own);
  bool AddDuties(const FrontDuties& duties, Exchange* exchange, std::string_view fields, std::string* own);

  // ---- output (connection_output.cc, connection_order.cc; sending: connection_sending.cc) ----
  void OpenStream(Exchange* exchange, const AnswerHead& head);
  void EmitChunk(Exchange* exchange, std::string_view bytes, net::Release release);
  // What a head announces, and a body that goes in one piece with it. content_length -1: none is announced.
  struct HeadParts {
    int64_t content_length;
    bool chunked;
    std::string_view inline_body;
  };
  void WriteHeadWithAddedFields(Exchange* exchange, std::string_view fields, const HeadParts& parts);
  void PutHead(Exchange* exchange, std::string_view fields, const HeadParts& parts);
  void WriteHead(Exchange* exchange, uint16_t status, std::string_view fields, int64_t content_length, bool chunked,
                 std::string_view inline_body);
  void Emit(Exchange* exchange, std::string_view bytes);
  void EmitBorrowed(Exchange* exchange, std::string_view bytes, net::Release release);
  void EmitFile(Exchange* exchange, int fd, uint64_t offset, uint64_t length, net::Release release, net::PageWatch* pages);
  void BeginPace(const Exchange* exchange);
  size_t PacedBudget(size_t budget);
  bool AwaitPace();
  void AskForRoom();
  void ReviewRoom();
  void AwaitPages();
  void ReplayHeld(Exchange* exchange);
  void Complete(Exchange* exchange);
  void PopComplete();
  void DecideClosing(Exchange* exchange);
  void MarkDirty();
  void AfterFlush();
  bool owes_much_of_files() const { return output_.pending_bytes() - output_.pending_memory() >= kLongDownloadBytes; }
  bool has_output() const { return !output_.empty() || (tls_ != nullptr && tls_->has_output()); }
  // Whether parts of answers wait; messages of TLS itself change no time limit.
  bool owes_content() const { return !output_.empty() || (tls_ != nullptr && tls_->holds_content()); }

  // ---- life (connection.cc) ----
  void SetWait(Wait wait, int64_t duration_ms);
  void WaitForContent();
  bool IsLate();
  void UpdateIdleWait();
  void StartLinger();
  void DropExchanges();
  void CloseNow();

  IoThread& io_;
  base::UniqueFd fd_;
  const Listening& listening_;
  std::unique_ptr<tls::Session> tls_;  // null on a plain connection: the hot path's one question
  net::OutputQueue output_;
  std::unique_ptr<OutputPace> output_pace_;  // null: what is queued may go as fast as it can
  net::Timer timer_;
  std::unique_ptr<AddressSlot> address_slot_;  // where connections of an address are counted
  Verification* verification_ = nullptr;  // of the request at the front of input_, the verifier's
  int64_t wait_deadline_ms_ = 0;
  std::string input_;                  // bytes that could not be consumed yet; empty when idle
  Exchange* first_ = nullptr;          // oldest unanswered request
  Exchange* last_ = nullptr;
  Exchange* receiving_ = nullptr;      // whose content arrives now (kBody), nullptr when it is discarded
  uint64_t body_remaining_ = 0;        // Content-Length framing
  uint64_t body_limit_ = 0;            // of the current message's content
  uint64_t body_received_ = 0;         // content bytes of the current message
  int64_t held_until_ms_ = 0;          // while held_
  int64_t held_since_ms_ = 0;          // since the head at the front of input_ was held first; 0: it was not
  int64_t last_request_ms_ = 0;        // when the newest request was complete enough to dispatch
  http::ChunkedDecoder decoder_;
  std::unique_ptr<BodyPace> pace_;     // while content that did not come with its head is waited for
  queue::PeerAddress peer_;
  uint32_t scanned_ = 0;               // bytes of input_ that the head parser has seen
  uint16_t exchange_count_ = 0;
  Phase phase_ = Phase::kHead;
  Sink sink_ = Sink::kDiscard;
  bool sends_content_ = false;         // the newest head has more content behind it than a record takes that is collected
  Wait wait_ = Wait::kNone;
  bool chunked_body_ = false;
  bool readable_ = true;               // edge-triggered memory
  bool writable_ = true;
  bool watches_writing_ = false;       // since sending was blocked for the first time
  bool peer_closed_ = false;           // FIN seen by epoll
  bool end_of_input_ = false;          // FIN read
  bool close_when_flushed_ = false;
  bool lingering_ = false;
  bool draining_ = false;
  bool held_ = false;                  // the head at the front of input_ waits for its time (connection_gate.cc)
  bool paid_ = false;                  // it has waited
  bool has_client_ = true;
  bool tunnel_finished_ = false;       // no more bytes for the client of a tunnel: FIN is owed or sent
  bool awaits_pages_ = false;          // of a file, in the file lane
  Room room_ = Room::kUsual;
  bool announced_tls_ = false;         // the PROXY header says that the client's connection is encrypted
};

}  // namespace fastserve::server
