// Decides which lane answers a parsed request: a file, a constant, or a worker. The I/O thread's own; no JavaScript.
//
// A host that the server does not serve is 421. Then the order is: mounts and proxied prefixes, the longest prefix first (of
// equal ones the mount, whose misses go on to the proxy where it falls through), the URLconf, what has the root as its prefix
// in the same order, then the application's or the front's 404. The root comes behind the URLconf's matches, because its prefix
// claims everything.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "native/files/representation/small_ranges.h"
#include "native/files/static_handler.h"
#include "native/http/types.h"
#include "native/proxy/rule.h"
#include "native/queue/record_writer.h"
#include "native/route/table.h"
#include "native/server/caching/proxy_cache.h"
#include "native/server/connection/connection.h"
#include "native/server/connection/origin.h"
#include "native/server/snapshot.h"

namespace fastserve::server {

// Where in the application a request goes. `path` is what was matched: a view into the head or into the router's scratch.
struct WorkerTarget {
  uint16_t route = queue::kRouteUnmatched;
  uint8_t param_count = 0;
  queue::RecordParam params[route::kMaxParams];
  std::string_view normalized_path;  // empty when the raw path is in normal form; valid until the next Route
  const proxy::RuleSpec* rule = nullptr;  // kProxied
  const std::shared_ptr<const ProxyCache>* cache = nullptr;  // kProxied: how answers are stored; null: they are not
};

enum class Lane : uint8_t { kAnswered, kWorker, kProxied };

class Router {
 public:
  // `waits`: for disks; else requests wait in the file lane, and the thread does not.
  Router(IoThread& io, bool waits);

  // kAnswered: the exchange has its answer. kWorker: *target says which view; kProxied: by which rule.
  // What the cache needs whole loses its conditions in *head.
  Lane Route(Connection& connection, Exchange* exchange, http::RequestHead* head, std::string_view head_bytes,
             const Origin& origin, WorkerTarget* target);

  // The path of the file that an application's answer names with X-Accel-Redirect; empty when it names none, or when the
  // server has no internal mounts and gives the field no meaning. `fields`: the answer's checked lines.
  std::string_view FileNamedBy(std::string_view fields) const;

  // Answers with that file instead, as if it had been requested: ranges and conditions of the request apply to it.
  // `request_head`: the bytes of the request's head. The application's fields go along (OverridesFrom).
  void SendNamedFile(Connection& connection, Exchange* exchange, std::string_view target, std::string_view fields,
                     std::string_view request_head);

  // Whether requests to this host, as http::HostOf gives it, are answered here at all.
  bool ServesHost(std::string_view host) const;

  files::StaticHandler& files() { return files_; }

 private:
  // A request on its way to a lane.
  struct Asked {
    Connection& connection;
    Exchange* exchange;
    const http::RequestHead& head;
    std::string_view head_bytes;
    std::string_view host{};                    // without its port; FindHost
    std::string_view path{};                    // in normal form; FindPath
    const route::MountSpec* mount = nullptr;    // the directory below whose prefix it is
    const route::MountSpec* proxied = nullptr;  // the same of upstreams
  };

  // ---- the decision (router_decision.cc) ----
  Lane Decide(Asked asked, WorkerTarget* target);
  bool TryHealth(const Asked& asked);
  bool FindHost(Asked* asked) const;
  bool AnswersWithoutPath(const Asked& asked);
  bool FindPath(Asked* asked, WorkerTarget* target);
  std::optional<Lane> DecideByPrefix(const Asked& asked, WorkerTarget* target);
  Lane DecideByUrlconf(const Asked& asked, WorkerTarget* target);
  std::optional<Lane> RouteProxy(const Asked& asked, WorkerTarget* target);
  std::optional<Lane> RouteView(const Asked& asked, WorkerTarget* target);

  // ---- before and behind it ----
  static void TakeRequestId(const FrontDuties& front, const http::RequestHead& head, std::string_view head_bytes, Exchange* exchange);
  bool IsCached(Lane lane, const WorkerTarget& target) const;
  bool AnswersFromCache(Connection& connection, Exchange* exchange, http::RequestHead* head, std::string_view head_bytes,
                        const Origin& origin, const WorkerTarget& target);
  bool IsWithinRates(Connection& connection, Exchange* exchange, const http::RequestHead& head, std::string_view head_bytes,
                     const Origin& origin, const WorkerTarget& target);

  // ---- redirects (router_redirects.cc) ----
  void Redirect(const Asked& asked);
  void RedirectToHttps(const Asked& asked);
  bool HasRightHost(const Asked& asked);

  // ---- files (router_files.cc) ----
  bool TryFile(const Asked& asked);
  void SendFile(Connection& connection, Exchange* exchange, files::FileAnswer& answer);
  void SendFileParts(Connection& connection, Exchange* exchange, files::FileAnswer& answer);
  int64_t AskedAt(const Exchange& exchange) const;
  const files::Mount* FindAnyMount(std::string_view path) const;

  IoThread& io_;
  files::StaticHandler files_;
  route::Match match_;
  char path_[http::kMaxHeadBytes];
  // Sent with their head in one system call; sendfile needs two, and a look at each page.
  files::SmallRanges small_ranges_;
};

}  // namespace fastserve::server
