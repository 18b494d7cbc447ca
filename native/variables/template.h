// Texts with variables in nginx's syntax: "$remote_addr", "${host}$request_uri", "user-$cookie_session". Compiled once,
// expanded for each request.
//
//   "$host:$server_port"  ──Compile──►  [ $host ][ ":" ][ $server_port ]  ──Expand──►  "example.org:443"
//
// Beyond nginx: "$$" is a dollar sign; $remote_net is the address, of an IPv6 address its /64 network. Names of cookies and arguments are compared exactly, as applications compare them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "native/variables/request_facts.h"
#include "native/variables/variable.h"

namespace fastserve::variables {

constexpr size_t kMaxTemplateBytes = 4096;

struct TemplateError {
  size_t offset = 0;    // of the byte in the text where it went wrong
  std::string message;  // names the variable that may have been meant: "unknown variable $remot_addr; did you mean $remote_addr?"
};

// Immutable after Compile; any number of threads may expand it.
class Template {
 public:
  // Reads `text` (at most kMaxTemplateBytes). False with *error for a text that is no template; *out is then untouched.
  static bool Compile(std::string_view text, Template* out, TemplateError* error);

  // Appends the text of one request to *out; allocates only where *out grows. The bytes are as they came (a decoded path may
  // hold any byte but NUL), so they serve as keys and not as parts of a message.
  void Expand(const RequestFacts& facts, std::string* out) const;

  // The same for the value of a field: bytes that no field value may have (RFC 9110 5.5) are written %XX, so that a decoded
  // path cannot begin a new line.
  void ExpandForField(const RequestFacts& facts, std::string* out) const;

  // Whether the variable stands in it: for facts that are costly to find.
  bool Uses(Variable variable) const;
  // No variable stands in it: it expands to the same text always.
  bool is_constant() const;

 private:
  struct Part {
    Variable variable;
    std::string text;  // literal text, or the name within a family (for http_: as fields spell it, "x-forwarded-for")
  };
  std::vector<Part> parts_;
};

}  // namespace fastserve::variables
