// Decides which lane answers a parsed request: a file, a constant, or a worker. The I/O thread's own; no JavaScript.
//
// Order: mounts with a prefix of their own, the URLconf, the root mount, then the application's or the front's 404.
// A root mount comes behind the URLconf's matches, because its prefix claims everything.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "native/files/static_handler.h"
#include "native/http/types.h"
#include "native/queue/record_writer.h"
#include "native/route/table.h"
#include "native/server/connection.h"
#include "native/server/snapshot.h"

namespace fastserve::server {

// Where in the application a request goes. `path` is what was matched: a view into the head or into the router's scratch.
struct WorkerTarget {
  uint16_t route = queue::kRouteUnmatched;
  uint8_t param_count = 0;
  queue::RecordParam params[route::kMaxParams];
  std::string_view normalized_path;  // empty when the raw path is in normal form; valid until the next Route
};

enum class Lane : uint8_t { kAnswered, kWorker };

class Router {
 public:
  explicit Router(IoThread& io) : io_(io) {}

  // kAnswered: the exchange has its answer. kWorker: *target says which view.
  Lane Route(Connection& connection, Exchange* exchange, const http::RequestHead& head, std::string_view head_bytes,
             WorkerTarget* target);

  files::StaticHandler& files() { return files_; }

 private:
  bool TryFile(Connection& connection, Exchange* exchange, const files::Mount& mount, std::string_view path,
               const http::RequestHead& head, std::string_view head_bytes);
  void SendFile(Connection& connection, Exchange* exchange, files::FileAnswer& answer);
  void Redirect(Connection& connection, Exchange* exchange, const http::RequestHead& head, std::string_view head_bytes);
  void RedirectToHttps(Connection& connection, Exchange* exchange, const http::RequestHead& head,
                       std::string_view head_bytes);
  std::optional<Lane> RouteView(Connection& connection, Exchange* exchange, std::string_view path, http::Method method,
                                WorkerTarget* target);

  IoThread& io_;
  files::StaticHandler files_;
  route::Match match_;
  char path_[http::kMaxHeadBytes];
};

}  // namespace fastserve::server
