#include "native/http/fields/line_copier.h"

#include <string>

#include "native/http/request/request_parser.h"
#include "test/native/testing.h"

namespace fastserve::http {
namespace {

// The lines of a head with these, but for those whose name begins with "-".
std::string Copied(std::string_view lines) {
  const std::string bytes = std::string("GET / HTTP/1.1\r\n").append(lines).append("Host: a\r\n\r\n");
  RequestHead head;
  if (ParseRequestHead(bytes, 0, HeadLimits{}, &head).status != ParseStatus::kDone) return "malformed";
  std::string out = "|";
  LineCopier copier(bytes, &out);
  for (uint16_t i = 0; i < head.field_count; ++i) {
    if (!NameOf(head.fields[i], bytes).starts_with("-")) copier.Take(head.fields[i]);
  }
  copier.Flush();
  return out;
}

TEST("lines are copied in their order, whether they stand behind each other or not") {
  CHECK_EQ(Copied(""), "|Host: a\r\n");
  CHECK_EQ(Copied("A: 1\r\nB: 2\r\n"), "|A: 1\r\nB: 2\r\nHost: a\r\n");
  CHECK_EQ(Copied("-A: 1\r\nB: 2\r\n-C: 3\r\n-D: 4\r\nE: 5\r\n"), "|B: 2\r\nE: 5\r\nHost: a\r\n");
}

TEST("lines with other spaces are written anew") {
  CHECK_EQ(Copied("A: 1\r\nB:2\r\nC:  3\r\nD: 4 \t\r\nE:\r\nF: \r\nG: 7\r\n"),
           "|A: 1\r\nB: 2\r\nC: 3\r\nD: 4\r\nE: \r\nF: \r\nG: 7\r\nHost: a\r\n");
}

}  // namespace
}  // namespace fastserve::http
