// Upstreams: where proxied requests go, and the seam behind which servers are chosen and judged.
//
// DESIGN: the settings (UpstreamSpec) are immutable; the servers are native/balance's. Each I/O thread has one Balancer for each upstream, used on that
// thread alone. A relay asks it for a server (Pick), says how the attempt went (OnResult, exactly once for each server it
// was given), and asks whether it may try another one (MayRetry).
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "native/http/types.h"
#include "native/net/proxy_header.h"
#include "native/tls/client_context.h"

namespace fastserve::proxy {

enum class Protocol : uint8_t { kHttp, kUwsgi };

// One server of an upstream.
struct ServerSpec {
  uint32_t id = 0;               // no other server's in the process: kept connections are found by it
  std::string label;             // for logs: "127.0.0.1:8080", "/run/app.sock"; never sent to clients
  std::string authority;         // what it knows itself by; SNI is its host
  std::string sticky_id;         // what clients are told of it, where they come back to the same server
  sockaddr_storage address{};
  socklen_t address_length = 0;
  Protocol protocol = Protocol::kHttp;
  bool tls = false;
};

// Milliseconds; 0 switches a limit off.
struct UpstreamTimeouts {
  int64_t connect_ms = 5000;      // TCP and TLS together: 504
  int64_t first_byte_ms = 60000;  // from the last byte of the request to a whole head: 504
  int64_t idle_ms = 60000;        // between two reads of an answer: cut
  int64_t send_ms = 30000;        // without progress while the request is sent: 504
  int64_t total_ms = 0;           // from the first attempt to the end of the answer: 504 or cut
  int64_t tunnel_ms = 3600000;    // without a byte in either direction of a tunnel
  int64_t keep_alive_ms = 4000;   // an idle connection is kept so long
  int64_t queue_ms = 10000;       // until a server has room: 503
};

// What its servers have in common.
struct UpstreamSpec {
  std::string name;
  std::string authority;      // Host for rules that do not pass the client's on
  std::string sticky_cookie;  // the cookie that keeps a client with its server; empty: none
  bool speaks_uwsgi = false;  // one of the servers does
  net::ProxyVersion proxy_version = net::ProxyVersion::kNone;  // of the header that connections begin with
  UpstreamTimeouts timeouts;
  uint32_t keep_alive = 256;  // idle connections to one server, of all I/O threads; 0: none is kept
  std::shared_ptr<const tls::ClientContext> tls;  // where a server has tls
};

// What a balancer may look at.
struct RequestFacts {
  http::Method method = http::Method::kGet;
  uint64_t hash = 0;            // of what the upstream balances on; 0: nothing
  std::string_view sticky_id = {};  // of the server that the client had; empty: none
};

enum class Outcome : uint8_t {
  kAnswered,        // a whole head came; the status says more
  kConnectFailed,   // refused, unreachable, or its TLS could not be verified: nothing of the request was sent
  kConnectTimeout,
  kBroken,          // closed, reset or malformed before the head was whole
  kTimeout,         // no head in time, or no progress while sending
  kCut,             // the head was fine, the content was not complete
  kAbandoned,       // the client left: says nothing about the server
};

// A request that waits until a server has room.
class Waiter {
 public:
  // A server may be free now: pick again. Never called from inside Pick.
  virtual void OnServerFree() = 0;

 protected:
  ~Waiter() = default;
};

struct Choice {
  enum class Kind : uint8_t {
    kServer,
    kWait,  // the waiter is kept until OnServerFree or Forget
    kNone,  // every server is excluded, down or full: 502 or 503
  };
  Kind kind = Kind::kNone;
  uint32_t index = 0;                  // for OnResult and exclusion; stays that server's as long as a relay holds it
  const ServerSpec* server = nullptr;  // lives until OnResult for it
  bool counted = false;                // the server has a limit for its connections
};

// What is known when an attempt has failed.
struct RetryFacts {
  Outcome outcome = Outcome::kBroken;
  bool idempotent = false;     // RFC 9110 9.2.2
  bool sent = false;           // something of the request is with the kernel
  uint32_t attempts = 0;       // so far, this one included
};

// Chooses servers of one upstream for one I/O thread. Its thread only.
class Balancer {
 public:
  virtual ~Balancer() = default;
  // A server for one attempt, none of `excluded`. With kServer the caller owes one OnResult.
  virtual Choice Pick(const RequestFacts& facts, std::span<const uint32_t> excluded, int64_t now_ms, Waiter* waiter) = 0;
  // Takes back a waiter; harmless when it does not wait.
  virtual void Forget(Waiter* waiter) = 0;
  // The attempt at this server has ended. `status`: 0 without an answer; `latency_ns`: to the whole head, 0 without one.
  virtual void OnResult(uint32_t index, Outcome outcome, uint16_t status, int64_t latency_ns, int64_t now_ms) = 0;
  // Whether another server may be tried. The relay asks only where the request can be sent once more.
  virtual bool MayRetry(const RetryFacts& facts, int64_t now_ms) = 0;
};

}  // namespace fastserve::proxy
