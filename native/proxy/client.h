// The client's side of a proxied request, as a relay sees it. Implemented by native/server over an exchange.
#pragma once

#include <cstdint>
#include <string_view>

#include "native/http/response/bandwidth.h"

namespace fastserve::proxy {

// A relay calls Answer, End, Fail, SendFile or EndTunnel once, as its last word; any call may end the client (then Relay::Stop was
// called before it returns). Views live only during the call.
class Client {
 public:
  // An interim answer (RFC 9110 15.2) other than 101.
  virtual void Interim(uint16_t status, std::string_view lines) = 0;
  // A whole answer. `announced`: the Content-Length to send, -1: none (and `content` is empty then).
  virtual void Answer(uint16_t status, std::string_view lines, bool has_date, std::string_view content,
                      int64_t announced) = 0;
  // The head of an answer whose content follows. `length`: -1 when it is not known.
  virtual void Start(uint16_t status, std::string_view lines, bool has_date, int64_t length) = 0;
  virtual void Chunk(std::string_view content) = 0;
  // Ends the content; not `complete`: the client must see that it was cut. `trailers`: checked lines.
  virtual void End(bool complete, std::string_view trailers) = 0;
  // A constant answer: 502, 503, 504.
  virtual void Fail(uint16_t status) = 0;
  // X-Accel-Redirect: whether it has a meaning here, and the file as the answer, with these lines.
  virtual bool FollowsFileNames() const = 0;
  virtual void SendFile(std::string_view name, std::string_view lines) = 0;
  // X-Accel-Limit-Rate: of the answer that follows.
  virtual void LimitRate(const http::LimitRate& rate) = 0;
  // The relay takes content of the request now: 100 Continue is due, reading goes on.
  virtual void WantContent() = 0;
  // 101: everything behind these lines is a tunnel's.
  virtual void StartTunnel(std::string_view lines) = 0;
  virtual void TunnelBytes(std::string_view bytes) = 0;
  // No more bytes will come. The client may still send.
  virtual void FinishTunnel() = 0;
  // Both directions have ended (or `broken`).
  virtual void EndTunnel(bool broken) = 0;

 protected:
  ~Client() = default;
};

// One that asks by itself, without content, and wants nothing but the answer.
class Asker : public Client {
 public:
  void Interim(uint16_t, std::string_view) final {}
  bool FollowsFileNames() const final { return false; }
  void SendFile(std::string_view, std::string_view) final {}
  void LimitRate(const http::LimitRate&) final {}
  void WantContent() final {}
  void StartTunnel(std::string_view) final {}
  void TunnelBytes(std::string_view) final {}
  void FinishTunnel() final {}
  void EndTunnel(bool) final {}

 protected:
  ~Asker() = default;
};

}  // namespace fastserve::proxy
