// Settings of one server, as the addon hands them over. Immutable once serving.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "native/auth/client_disguise.h"
#include "native/balance/group.h"
#include "native/cache/store.h"
#include "native/checks/settings.h"
#include "native/compress/dynamic_policy.h"
#include "native/compress/policy.h"
#include "native/hints/policy.h"
#include "native/http/fields/forwarded.h"
#include "native/http/response/error_pages.h"
#include "native/http/response/head_policy.h"
#include "native/http/types.h"
#include "native/log/access_log.h"
#include "native/log/policy.h"
#include "native/net/listener.h"
#include "native/proxy/rule.h"
#include "native/proxy/shared_idle.h"
#include "native/proxy/upstream.h"
#include "native/route/policy.h"
#include "native/server/caching/proxy_cache.h"
#include "native/server/dispatch/line_order.h"
#include "native/server/gate/gate.h"
#include "native/server/lanes/health.h"
#include "native/server/telemetry/observer.h"
#include "native/variables/template.h"

namespace fastserve::server {

struct Limits {
  http::HeadLimits head;
  uint64_t body_bytes = 1u << 20;       // 413 beyond
  uint32_t queued = 4096;               // requests waiting for a worker, per I/O thread: 503 beyond
  uint32_t in_flight = 16384;           // requests inside one worker
  uint32_t connections = 65536;         // open, per I/O thread: further ones wait in the backlog
  uint32_t min_rate = 0;                // bytes of content per second (body_pace.h): 408 below; 0: any
};

// Whose word counts about how long a client waits (http/fields/client_timeout.h).
enum class ClientTimeouts : uint8_t { kNobodys, kTrustedPeers, kAnybodys };

// Milliseconds; 0 switches a limit off.
struct Timeouts {
  int64_t handshake_ms = 10000;   // of TLS, absolute
  int64_t header_ms = 10000;      // a whole head, absolute
  int64_t body_ms = 30000;        // between two pieces of a body
  int64_t body_total_ms = 0;      // a whole body (body_pace.h): 408
  int64_t keep_alive_ms = 10000;  // between two requests
  int64_t write_ms = 30000;       // without progress of a blocked send
  int64_t request_ms = 30000;     // from dispatch to answer: 504
  int64_t request_soft_ms = 0;    // from dispatch until request.signal aborts
  int64_t queue_ms = 10000;       // waiting for a worker: 503
  int64_t quarantine_ms = 60000;  // requests that end workers are refused this long (quarantine.h)
  ClientTimeouts client = ClientTimeouts::kNobodys;

  // Whether a request says how long its client waits. `trusted`: its connection's peer is a trusted proxy.
  bool believes_client(bool trusted) const {
    return client == ClientTimeouts::kAnybodys || (trusted && client == ClientTimeouts::kTrustedPeers);
  }
};

struct ListenOptions {
  net::ListenAddress address;
  bool secure = false;     // TLS; Server::SetTls brings the certificates
  bool redirects = false;  // to the first secure listener
  http::TrustedPeers announcers;  // who may send PROXY headers; none: anybody who can connect
  bool shared = false;     // sockets of this user may listen on the port already: those of a server that stops
};

// Workers that only some routes use (dispatcher.h): a line and slots of its own.
struct PoolOptions {
  static constexpr int64_t kInherit = -1;  // the server's own setting holds

  std::string name;
  uint32_t slots = 1;
  // A worker gets a request only when it has started all before it, so that everything which has not begun is in the line: where
  // its order matters, or its length decides about more workers.
  bool exact = false;
  int64_t queued = kInherit;       // Limits::queued
  int64_t max_wait_ms = kInherit;  // Timeouts::queue_ms
  LineOrder order = LineOrder::kFifo;
  std::shared_ptr<const variables::Template> fair;  // requests with equal texts share a turn; null: no turns
};

// RoutePolicy::pool is a byte.
constexpr size_t kMaxPools = 64;

struct UpstreamOptions {
  proxy::UpstreamSpec spec;
  std::shared_ptr<balance::Group> group;        // the servers; shared, so that they can be changed
  std::shared_ptr<proxy::SharedIdle> idle;      // connections that no I/O thread has; null where there is only one
  std::optional<checks::CheckSettings> check;   // none: servers are judged by their requests alone
  std::shared_ptr<const variables::Template> key;     // what requests are balanced by; null: nothing
  std::shared_ptr<const variables::Template> sticky;  // the sticky cookie's value; null: there is none
};

// How files that are not in memory are looked up and read.
struct FileOptions {
  uint32_t threads = 0;   // that wait for disks (files/disk/disk_pool.h); 0: I/O threads do
  uint32_t queue = 1024;  // of jobs for them: 503 beyond
};

struct ServerOptions {
  std::vector<ListenOptions> listen;
  http::TrustedPeers trusted;     // whose forwarding fields and request ids are believed
  std::vector<std::string> hosts; // patterns (http/grammar/host_pattern.h): 421 for requests to others; empty: any host
  Limits limits;
  Timeouts timeouts;
  uint32_t io_threads = 1;
  std::string thread_name = "fs-io";  // of the I/O threads, before their number
  route::Replay replay = route::Replay::kNever;  // of routes that do not say it
  int worker_nice = 19;           // of a worker thread while it stands still: queue::Precedence
  uint32_t slots = 1;             // worker slots of all pools; 0: no application
  std::vector<PoolOptions> pools; // each has the slots behind those of the one before it; empty: one with all slots
  std::vector<log::Options> logs;  // none unless configured
  auth::DisguiseSettings disguise;                              // of clients whose address is not told
  base::ClientShown client_for_views = base::ClientShown::kFull;
  FileOptions files;
  int64_t look_again_ms = 1000;   // how old may be what is known of a static file
  compress::Policy compress;      // of mounts that ask for it; without codings nothing is made
  ObserveOptions observe;         // nothing unless configured
  std::shared_ptr<const compress::DynamicPolicy> dynamic;  // of views' and upstreams' answers; null: they are sent as they are
  HealthPaths health;             // none unless configured
  hints::Policy hints;            // of what answers of views teach; unless it learns nothing is hinted
  cache::StoreOptions cache;      // bytes 0: nothing is stored
  bool cache_reports = false;     // Cache-Status goes to clients
  int64_t cache_lock_ms = 5000;   // how long a request waits for another one's answer; 0: not at all
  std::shared_ptr<Gate> gate;     // null: every request may pass
  size_t rate_keys = 0;           // that the counts of routes' rate limits have room for
  http::ErrorPages error_pages;   // in the place of constant ones
  http::HeadPolicy head_policy;   // of every answer, whoever made it
  std::string hsts_line;          // Strict-Transport-Security with its line end, sent over TLS; empty: none
  std::vector<UpstreamOptions> upstreams;
  std::vector<proxy::RuleSpec> proxy;  // by MountSpec::mount_id of the table's proxied prefixes
  ProxyCaches proxy_caches;            // for each of them

  // The largest content that some request may have.
  uint64_t largest_body() const { return gate == nullptr ? limits.body_bytes : gate->largest_body(); }
  // In the place of node:http (createServer()): a FIN is a leave however soon it comes behind a request; a request is told before its
  // content is here, and that comes without being asked for as far as a message of node:http reads ahead; a stop ends idle connections
  // at once.
  bool as_node_http = false;
  bool direct = false;            // the host runs the single I/O thread's turns itself
};

}  // namespace fastserve::server
