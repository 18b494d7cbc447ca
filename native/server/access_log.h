// The access logs of a server: what each writes of whom, and into which file. Logs of one file share its writer.
//
//   RequestLog of each I/O thread ── lines of log 0 ─┐
//                                 ── lines of log 1 ─┴► LogWriter of "access.log"
//                                 ── lines of log 2 ──► LogWriter of "slow.log"
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "native/server/access_condition.h"
#include "native/server/access_policy.h"
#include "native/server/log_format.h"
#include "native/server/log_writer.h"

namespace fastserve::server {

enum class LogForm : uint8_t { kText, kJson, kTerminal, kCombined, kOwn };

struct AccessLogOptions {
  LogForm form = LogForm::kText;
  std::string path;         // empty: stdout
  LogFormat own;            // of kOwn
  AccessPolicy policy;
  AccessCondition only;     // empty: any
  AccessCondition except;   // empty: none

  // Whether it wants the fields of answers.
  bool uses_sent_fields() const { return own.uses_sent_fields() || only.uses_sent_fields() || except.uses_sent_fields(); }
  bool uses_phases() const { return own.uses_phases() || only.uses_phases() || except.uses_phases(); }
};

class AccessLog {
 public:
  // Bits of a word say which of them hold for a request.
  static constexpr size_t kMaxLogs = 16;

  // `logs` outlives it, and has at most kMaxLogs entries; without any, everything below does nothing.
  explicit AccessLog(const std::vector<AccessLogOptions>& logs);

  const std::vector<AccessLogOptions>& logs() const { return logs_; }
  // Which writer has the lines of a log, by their places.
  size_t writer_of(size_t log) const { return writer_of_[log]; }
  size_t writer_count() const { return writers_.size(); }
  LogWriter& writer(size_t index) { return *writers_[index]; }

  // Of each writer: see there.
  bool Open(std::string* error);
  void Reopen();
  void Stop();
  uint64_t dropped_lines() const;

 private:
  const std::vector<AccessLogOptions>& logs_;
  std::vector<std::unique_ptr<LogWriter>> writers_;
  std::vector<size_t> writer_of_;
};

}  // namespace fastserve::server
