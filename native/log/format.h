// An access log's own form, of variables (log_variable.h): a text in nginx's syntax, or chosen members of a JSON object.
//
//   "$remote_addr [$time_iso8601] \"$request\" $status $http_x_api_key"  ──Compile──►   parts
//   { at: "time", status: "status", key: "http_x_api_key" }              ──OfMembers──►
//   Capture: while the request is there          AppendLine: when its answer has ended
//
// DESIGN: values are escaped, the text between them is not: whatever a peer sends, it stays one line and within its quotation. A
// text that begins with "{" is JSON, and its values are escaped for strings of JSON; members are typed: numbers, strings, null.
// A line is never longer than kMaxLineBytes: the longest values are cut, "..." says so.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "native/log/policy.h"
#include "native/log/record.h"
#include "native/log/text.h"
#include "native/log/variable.h"
#include "native/variables/template.h"

namespace fastserve::log {

// Immutable after Compile or OfMembers; any number of threads may use it.
class Format {
 public:
  static constexpr size_t kMaxTextBytes = 1024;
  static constexpr size_t kMaxVariables = 64;
  // Names and values of a member: a variable's name without "$".
  using Members = std::vector<std::pair<std::string, std::string>>;

  // False with *error for a text that is no form, or that would write what no log shall keep.
  static bool Compile(std::string_view text, Format* out, variables::TemplateError* error);
  // The same for an object of JSON, its members in this order. Names are escaped.
  static bool OfMembers(const Members& members, Format* out, std::string* problem);

  bool empty() const { return parts_.empty(); }
  bool uses_sent_fields() const { return uses_sent_fields_; }
  bool uses_phases() const { return uses_phases_; }
  // Appends the values of the request's own variables, in order, to *values.
  void Capture(const variables::RequestFacts& facts, const Policy& policy, std::vector<std::string>* values) const;
  // How many Capture appends.
  size_t captured_count() const { return captured_count_; }
  // `captured`: the first of what Capture gave; null for a request that was broken. `scratch`: overwritten.
  void AppendLine(const Record& record, const std::string* captured, std::string* scratch, std::string* out) const;

 private:
  struct Part {
    bool is_literal = false;
    bool is_number = false;
    std::string literal;
    NamedVariable value;
  };
  void AddLiteral(std::string text);
  bool AddVariable(std::string_view name, std::string* problem);
  size_t AppendMember(std::string_view value, bool is_number, size_t limit, std::string* out) const;

  std::vector<Part> parts_;
  size_t reserved_bytes_ = 1;      // of a line: what is there whatever the values are
  size_t captured_count_ = 0;
  Escape escape_ = Escape::kText;
  bool is_object_ = false;         // made by OfMembers
  bool uses_sent_fields_ = false;
  bool uses_phases_ = false;
};

}  // namespace fastserve::log
