// The access logs of a server: what each writes of whom, and into which file. Logs of one file share its writer.
//
//   RequestLog of each I/O thread ── lines of log 0 ─┐
//                                 ── lines of log 1 ─┴► Writer of "access.log"
//                                 ── lines of log 2 ──► Writer of "slow.log"
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "native/log/condition.h"
#include "native/log/format.h"
#include "native/log/policy.h"
#include "native/log/writer.h"

namespace fastserve::log {

enum class Form : uint8_t { kText, kJson, kTerminal, kCombined, kOwn };

struct Options {
  Form form = Form::kText;
  std::string path;         // empty: stdout
  Format own;            // of kOwn
  Policy policy;
  Condition only;     // empty: any
  Condition except;   // empty: none

  // Whether it wants the fields of answers.
  bool uses_sent_fields() const { return own.uses_sent_fields() || only.uses_sent_fields() || except.uses_sent_fields(); }
  bool uses_phases() const { return own.uses_phases() || only.uses_phases() || except.uses_phases(); }
};

class AccessLog {
 public:
  // Bits of a word say which of them hold for a request.
  static constexpr size_t kMaxLogs = 16;

  // `logs` outlives it, and has at most kMaxLogs entries; without any, everything below does nothing.
  explicit AccessLog(const std::vector<Options>& logs);

  const std::vector<Options>& logs() const { return logs_; }
  // Which writer has the lines of a log, by their places.
  size_t writer_of(size_t log) const { return writer_of_[log]; }
  size_t writer_count() const { return writers_.size(); }
  Writer& writer(size_t index) { return *writers_[index]; }

  // Of each writer: see there.
  bool Open(std::string* error);
  void Reopen();
  void Stop();
  uint64_t dropped_lines() const;

 private:
  const std::vector<Options>& logs_;
  std::vector<std::unique_ptr<Writer>> writers_;
  std::vector<size_t> writer_of_;
};

}  // namespace fastserve::log
