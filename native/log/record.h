// What the access log says of one exchange, and its three forms. Pure functions, any thread.
//
// A line is never longer than kMaxLineBytes (PIPE_BUF, so that a pipe takes it whole), never holds another line
// break than its last byte, and is printable ASCII whatever the peer sent: it can neither be forged nor upset a terminal.
// (The colours of the third form are ours.)
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "native/log/reported_phases.h"

namespace fastserve::log {

constexpr size_t kMaxLineBytes = 4096;

struct Record {
  int64_t wall_ms = 0;      // since 1970, when the answer had ended
  uint8_t peer_family = 0;  // 4 or 6; 0: a unix socket
  uint16_t peer_port = 0;
  const uint8_t* peer_address = nullptr;  // 4 or 16 bytes in network order, for family 4 or 6
  std::string_view method;                // as the peer sent it, not validated; so are those below. Empty: none was sent
  std::string_view target;
  std::string_view version;  // "1.1"
  std::string_view user_agent;
  std::string_view referer;
  uint16_t status = 0;
  uint64_t bytes_sent = 0;  // of content
  int64_t duration_us = 0;  // from the head of the request to the last byte of the response
  int64_t queue_us = -1;    // of it, waiting for a worker; -1: went to none
  int worker = -1;          // -1: answered natively
  std::string_view lane;    // who answered: "file", "view", "constant", "error"...
  std::string_view pool;         // of the worker
  int64_t handler_us = -1;       // from the worker's getting it to the head of the answer; -1: there was none, or no worker
  int64_t client_timeout_us = -1;  // that the client said it would wait; -1: it did not
  int64_t write_us = -1;         // from the head of the answer to its end
  ReportedPhases phases;         // of a traced request
  std::string_view cache;        // "hit", "miss"...; empty: the cache had nothing to do with it
  std::string_view upstream_name;    // empty: it went to none
  std::string_view upstream_server;  // the last one that was asked
  uint32_t upstream_attempts = 0;
  uint16_t upstream_status = 0;  // of a proxied request; 0: it went to no upstream, or none answered
  int64_t upstream_us = -1;      // from the first attempt until the head of its answer; -1: none came
  int64_t upstream_connect_us = -1;  // of the last attempt; 0: a kept connection; -1: never connected
  int64_t upstream_whole_us = -1;    // as upstream_us, until the end; -1: it did not come whole
  std::string_view sent_fields;  // lines of the answer, where something asks for them
  bool peer_hidden = false;     // there is an address that is nobody's business
  std::string_view user;        // proven; empty: unknown
  std::string_view request_id;  // a safe one (http::IsSafeRequestId); empty: the request had none
};

// Appends the address without its port; "unix" for a unix socket, "-" for a hidden one.
void AppendPeer(const Record& record, std::string* out);

// Appends one line for people, fields separated by single spaces, ten of them when quotes are respected; an eleventh, id=,
// where the request has an id, as every request has that the front answered with an error:
//   2026-11-22T14:03:05.123Z 127.0.0.1 "GET /path HTTP/1.1" 200 1234 0.532ms view w0 queue=0.041ms "user agent"
// A proxied request that an upstream answered has up=<status>/<time to its head> before it. What is not there is "-". In quotes, bytes that are not printable ASCII, '"' and '\' are written \xHH. A target is cut
// after 2048 bytes of the line, a user agent after 256; "..." says so.
void AppendTextLine(const Record& record, std::string* out);

// Appends the same as one JSON object (RFC 8259) and a line feed. Bytes that are not ASCII are written \u00HH each: the
// target is bytes, not text. What is not there is null.
void AppendJsonLine(const Record& record, std::string* out);

// Appends a line in the combined log format, as Apache and nginx write it; "-" for what is not there. The bytes are those of the
// content:
//   127.0.0.1 - ann [22/Nov/2026:14:03:05 +0000] "GET /path HTTP/1.1" 200 1234 "referer" "user agent"
void AppendCombinedLine(const Record& record, std::string* out);

// Appends a short line in colours, for somebody who develops and watches a terminal:
//   200 GET /path 0.532ms view
// Nothing for what pages ask of the development server itself, below /__fastserve/.
void AppendTerminalLine(const Record& record, std::string* out);

}  // namespace fastserve::log
