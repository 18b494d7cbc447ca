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

#include "native/files/small_ranges.h"
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
  Lane Decide(Connection& connection, Exchange* exchange, const http::RequestHead& head, std::string_view head_bytes,
              WorkerTarget* target);
  bool IsCached(Lane lane, const WorkerTarget& target) const;
  bool AnswersFromCache(Connection& connection, Exchange* exchange, http::RequestHead* head, std::string_view head_bytes,
                        const Origin& origin, const WorkerTarget& target);
  bool IsWithinRates(Connection& connection, Exchange* exchange, const http::RequestHead& head, std::string_view head_bytes,
                     const Origin& origin, const WorkerTarget& target);
  bool TryHealth(Connection& connection, Exchange* exchange, const http::RequestHead& head, std::string_view head_bytes);
  bool TryFile(Connection& connection, Exchange* exchange, const files::Mount& mount, std::string_view path,
               const http::RequestHead& head, std::string_view head_bytes);
  void SendFile(Connection& connection, Exchange* exchange, files::FileAnswer& answer);
  int64_t AskedAt(const Exchange& exchange) const;
  void SendFileParts(Connection& connection, Exchange* exchange, files::FileAnswer& answer);
  std::optional<Lane> RouteProxy(const route::MountSpec* prefix, http::Method method, WorkerTarget* target);
  const files::Mount* FindAnyMount(std::string_view path) const;
  void Redirect(Connection& connection, Exchange* exchange, const http::RequestHead& head, std::string_view head_bytes);
  void RedirectToHttps(Connection& connection, Exchange* exchange, const http::RequestHead& head,
                       std::string_view head_bytes);
  bool HasRightHost(Connection& connection, Exchange* exchange, const http::RequestHead& head, std::string_view head_bytes,
                    std::string_view host);
  static void TakeRequestId(const FrontDuties& front, const http::RequestHead& head, std::string_view head_bytes, Exchange* exchange);
  std::optional<Lane> RouteView(Connection& connection, Exchange* exchange, std::string_view path, std::string_view host,
                                http::Method method, WorkerTarget* target);

  IoThread& io_;
  files::StaticHandler files_;
  route::Match match_;
  char path_[http::kMaxHeadBytes];
  // Sent with their head in one system call; sendfile needs two, and a look at each page.
  files::SmallRanges small_ranges_;
};

}  // namespace fastserve::server
