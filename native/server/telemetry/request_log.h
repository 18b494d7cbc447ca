// One I/O thread's part of the access logs: notes what they need of each exchange, and writes its lines when it has ended. That
// thread's own. With no log a request costs one branch where it begins and one where it ends.
//
// DESIGN: the request's part of conditions and forms is looked at when the request comes, as it is gone when the answer ends; texts
// that no log asks for are not copied, and the memory of facts is used again.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "native/http/types.h"
#include "native/log/access_log.h"
#include "native/server/connection/exchange.h"
#include "native/server/connection/origin.h"
#include "native/server/telemetry/log_facts.h"

namespace fastserve::server {

class IoThread;

class RequestLog {
 public:
  RequestLog(IoThread& io, log::AccessLog& log);

  bool on() const { return on_; }
  // A request came, or bytes that are none. Gives the exchange its facts.
  void Note(Exchange* exchange, const http::RequestHead& head, std::string_view head_bytes, const Origin& origin);
  void NoteBroken(Exchange* exchange);
  // The head of its answer is written. `fields`: lines; `length`: announced, -1 for none.
  void NoteAnswer(LogFacts* facts, std::string_view fields, int64_t length);
  // It has ended.
  void Write(const Exchange& exchange);
  // Takes what is needed no more.
  void Recycle(std::unique_ptr<LogFacts> facts);
  // The turn ends: lines go to the writers.
  void Submit();

 private:
  static constexpr size_t kMaxSpare = 256;

  LogFacts* Begin(Exchange* exchange);
  void FitConditions(LogFacts* facts, const variables::RequestFacts* request);
  log::Record RecordOf(const Exchange& exchange, int64_t now_ns);
  bool Wants(size_t log, const LogFacts& facts, const log::Record& record);
  void AppendLine(size_t log, const LogFacts& facts, log::Record* shown);
  void Disguise(const log::Policy& policy, const LogFacts& facts, log::Record* record);
  int64_t WallMs(int64_t now_ns);

  IoThread& io_;
  log::AccessLog& log_;
  const bool on_;
  bool needs_request_ = false;      // some log has a condition or variables of the request
  bool needs_sent_fields_ = false;
  bool needs_phases_ = false;
  std::vector<log::Writer::Buffer> buffers_;  // of each writer
  std::vector<uint32_t> sampled_;           // by log: lines looked at for its sample
  std::vector<size_t> captured_from_;       // by log: where its values begin
  std::vector<std::unique_ptr<LogFacts>> spare_;
  base::IpAddress shown_;                   // what record.peer_address points to
  std::string scratch_, target_, referer_;
  int64_t wall_offset_ns_ = 0;              // CLOCK_REALTIME less CLOCK_MONOTONIC
  int64_t wall_read_ns_ = 0;                // when that was looked at; 0: never
};

}  // namespace fastserve::server
