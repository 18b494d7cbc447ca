// Two directions of bytes behind a 101 (RFC 9110 7.8, RFC 6455): between a client and the server that agreed. The I/O thread's
// own.
//
// Each direction ends by itself: an end on one side becomes a FIN on the other, and the tunnel is over when both have ended, when
// one side breaks, or when nothing moved for the idle time. Neither side is read faster than the other takes it.
#pragma once

#include <string_view>

#include "native/proxy/client.h"
#include "native/proxy/upstream_connection.h"

namespace fastserve::proxy {

class Tunnel final : public UpstreamUser, public Timed {
 public:
  static constexpr uint64_t kWindowBytes = 262144;

  // Takes the connection over. `idle_ms`: 0 for no limit.
  Tunnel(IoServices& io, Client& client, UpstreamConnection* connection, int64_t idle_ms);
  ~Tunnel();

  // Bytes that came behind the 101, to the client.
  void Begin(std::string_view early);
  void OnInput(std::string_view bytes);
  void OnInputEnd();
  bool WantsInput() const;
  void OnTaken(uint64_t bytes);
  // The client has left. Harmless when it is over.
  void Stop();

  void OnConnected() override {}
  void OnBytes(std::string_view bytes) override;
  bool WantsBytes() const override;
  void OnSent() override;
  void OnEnd(UpstreamEnd end) override;
  void OnTimer() override;

 private:
  void NoteProgress();
  void EndIfBoth();
  void Over(bool broken);

  IoServices& io_;
  Client& client_;
  UpstreamConnection* connection_;
  net::Timer timer_;
  const int64_t idle_ms_;
  int64_t progress_ms_ = 0;
  uint64_t unsent_ = 0;
  bool input_ended_ = false;
  bool output_ended_ = false;
  bool over_ = false;
};

}  // namespace fastserve::proxy
