// Splits the head into lines, the lines into parts, and checks each part by its grammar.
#include "test/fuzz/reference_parser.h"

#include <arpa/inet.h>

#include <cstring>
#include <memory>
#include <optional>

#include "native/http/request/request_parser.h"

namespace fuzz {

namespace {

using fastserve::http::BodyFraming;
using fastserve::http::HeadLimits;
using fastserve::http::ParseStatus;
using fastserve::http::RequestHead;
using Verdict = ReferenceHead::Verdict;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsHex(char c) { return IsDigit(c) || (c != '\0' && std::strchr("abcdefABCDEF", c) != nullptr); }

bool IsToken(const std::string& text) {
  for (char c : text) {
    if (!IsDigit(c) && !IsLetter(c) && (c == '\0' || std::strchr("!#$%&'*+-.^_`|~", c) == nullptr)) return false;
  }
  return !text.empty();
}

std::string Lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

std::string Trim(const std::string& text) {
  const size_t first = text.find_first_not_of(" \t");
  if (first == std::string::npos) return "";
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::vector<std::string> Split(const std::string& text, const std::string& separator) {
  std::vector<std::string> parts;
  size_t start = 0;
  for (size_t at; (at = text.find(separator, start)) != std::string::npos; start = at + separator.size()) {
    parts.push_back(text.substr(start, at - start));
  }
  parts.push_back(text.substr(start));
  return parts;
}

std::vector<std::string> ValuesOf(const ReferenceHead& head, const std::string& name) {
  std::vector<std::string> values;
  for (const auto& [field_name, value] : head.fields) {
    if (Lower(field_name) == name) values.push_back(value);
  }
  return values;
}

bool IsPort(const std::string& text) {
  std::string digits = text;
  for (char c : digits) {
    if (!IsDigit(c)) return false;
  }
  while (digits.size() > 1 && digits[0] == '0') digits.erase(0, 1);
  return digits.empty() || (digits.size() <= 5 && std::stoi(digits) <= 65535);
}

bool IsRegName(const std::string& text) {
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      if (i + 2 >= text.size() || !IsHex(text[i + 1]) || !IsHex(text[i + 2])) return false;
      i += 2;
    } else if (!IsDigit(text[i]) && !IsLetter(text[i]) &&
               (text[i] == '\0' || std::strchr("-._~!$&'()*+,;=", text[i]) == nullptr)) {
      return false;
    }
  }
  return !text.empty();
}

bool IsAuthority(const std::string& text) {
  if (text.find('\0') != std::string::npos) return false;
  if (!text.empty() && text[0] == '[') {
    const size_t close = text.find(']');
    if (close == std::string::npos) return false;
    in6_addr address;
    if (inet_pton(AF_INET6, text.substr(1, close - 1).c_str(), &address) != 1) return false;
    const std::string rest = text.substr(close + 1);
    return rest.empty() || (rest[0] == ':' && IsPort(rest.substr(1)));
  }
  const size_t colon = text.find(':');
  if (colon == std::string::npos) return IsRegName(text);
  return IsRegName(text.substr(0, colon)) && IsPort(text.substr(colon + 1));
}

bool ReadTarget(ReferenceHead* head) {
  const std::string& target = head->target;
  if (target.empty() || head->method == "CONNECT") return false;
  for (unsigned char c : target) {
    if (c <= ' ' || c >= 0x7F || c == '#') return false;
  }
  const size_t mark = target.find('?');
  head->has_query = mark != std::string::npos;
  head->path = target.substr(0, mark);
  if (head->has_query) head->query = target.substr(mark + 1);
  if (target[0] == '/') return true;
  if (target == "*") {
    head->path = "";
    return head->method == "OPTIONS";
  }
  const std::string lower = Lower(head->path);
  const size_t scheme = lower.rfind("http://", 0) == 0 ? 7 : lower.rfind("https://", 0) == 0 ? 8 : 0;
  if (scheme == 0) return false;
  const size_t slash = head->path.find('/', scheme);
  head->authority = head->path.substr(scheme, slash == std::string::npos ? slash : slash - scheme);
  head->path = slash == std::string::npos ? "" : head->path.substr(slash);
  return IsAuthority(head->authority);
}

bool ReadRequestLine(const std::string& line, const HeadLimits& limits, ReferenceHead* head) {
  if (line.size() > limits.request_line) return false;
  const std::vector<std::string> parts = Split(line, " ");
  if (parts.size() != 3) return false;
  head->method = parts[0];
  head->target = parts[1];
  if (!IsToken(head->method) || head->method.size() > 32) return false;
  const std::string& version = parts[2];
  if (version.size() != 8 || !version.starts_with("HTTP/1.") || version[7] < '0' || version[7] > '9') return false;
  head->minor_version = version[7] == '0' ? 0 : 1;
  return ReadTarget(head);
}

bool ReadField(const std::string& line, ReferenceHead* head) {
  const size_t colon = line.find(':');
  if (colon == std::string::npos) return false;
  const std::string name = line.substr(0, colon);
  const std::string value = line.substr(colon + 1);
  if (!IsToken(name) || name.size() > 255) return false;
  for (unsigned char c : value) {
    if ((c < 0x20 && c != '\t') || c == 0x7F) return false;
  }
  head->fields.emplace_back(name, Trim(value));
  return true;
}

bool ReadHost(ReferenceHead* head) {
  const std::vector<std::string> hosts = ValuesOf(*head, "host");
  if (hosts.size() > 1) return false;
  if (hosts.empty()) return head->minor_version == 0;
  if (hosts[0].empty()) return head->minor_version == 0;
  if (!IsAuthority(hosts[0])) return false;
  if (head->authority.empty()) head->authority = hosts[0];
  return true;
}

bool ReadFraming(ReferenceHead* head) {
  const std::vector<std::string> lengths = ValuesOf(*head, "content-length");
  const std::vector<std::string> codings = ValuesOf(*head, "transfer-encoding");
  if (lengths.size() + codings.size() > 1) return false;
  if (!codings.empty()) {
    head->framing = BodyFraming::kChunked;
    return head->minor_version == 1 && Lower(codings[0]) == "chunked";
  }
  if (lengths.empty()) return true;
  std::string digits = lengths[0];
  if (digits.empty() || digits.find_first_not_of("0123456789") != std::string::npos) return false;
  while (digits.size() > 1 && digits[0] == '0') digits.erase(0, 1);
  if (digits.size() > 19 || (digits.size() == 19 && digits > "9223372036854775807")) return false;
  head->framing = BodyFraming::kLength;
  head->content_length = std::stoull(digits);
  return true;
}

bool ReadConnectionAndExpect(ReferenceHead* head) {
  bool close = false;
  bool keep_alive = head->minor_version == 1;
  for (const std::string& value : ValuesOf(*head, "connection")) {
    for (const std::string& option : Split(value, ",")) {
      if (Lower(Trim(option)) == "close") close = true;
      if (Lower(Trim(option)) == "keep-alive") keep_alive = true;
    }
  }
  head->keep_alive = keep_alive && !close;
  const std::vector<std::string> expects = ValuesOf(*head, "expect");
  if (expects.empty() || head->minor_version == 0) return true;
  head->expect_continue = head->framing == BodyFraming::kChunked || head->content_length > 0;
  return expects.size() == 1 && Lower(expects[0]) == "100-continue";
}

bool ReadHead(const std::string& text, const HeadLimits& limits, ReferenceHead* head) {
  std::vector<std::string> lines = Split(text, "\r\n");
  for (const std::string& line : lines) {
    if (line.find('\r') != std::string::npos || line.find('\n') != std::string::npos) return false;
  }
  if (!ReadRequestLine(lines[0], limits, head)) return false;
  lines.erase(lines.begin());
  if (lines.size() > limits.field_count) return false;
  for (const std::string& line : lines) {
    if (!ReadField(line, head)) return false;
  }
  return ReadHost(head) && ReadFraming(head) && ReadConnectionAndExpect(head);
}

// Names the first part in which an accepted head differs; "" when none does.
std::string CompareHeads(const std::string& bytes, const RequestHead& ours, const ReferenceHead& theirs) {
  const auto part = [&](size_t offset, size_t length) { return bytes.substr(offset, length); };
  if (part(0, ours.method_length) != theirs.method) return "method";
  if (part(ours.target_offset, ours.target_length) != theirs.target) return "target";
  if (part(ours.path_offset, ours.path_length) != theirs.path) return "path";
  if (ours.has_query != theirs.has_query) return "has_query";
  if (part(ours.query_offset, ours.query_length) != theirs.query) return "query";
  if (part(ours.authority_offset, ours.authority_length) != theirs.authority) return "authority";
  if (ours.minor_version != theirs.minor_version) return "version";
  if (ours.framing != theirs.framing) return "framing";
  if (ours.content_length != theirs.content_length) return "content length";
  if (ours.keep_alive != theirs.keep_alive) return "keep-alive";
  if (ours.expect_continue != theirs.expect_continue) return "expect";
  if (ours.head_length != theirs.head_length) return "head length";
  if (ours.field_count != theirs.fields.size()) return "field count";
  for (size_t i = 0; i < theirs.fields.size(); ++i) {
    const auto& field = ours.fields[i];
    const std::string name = part(field.name_offset, field.name_length);
    if (name != theirs.fields[i].first) return "name of field " + std::to_string(i);
    if (part(field.value_offset, field.value_length) != theirs.fields[i].second) return "value of " + name;
    const auto known = FieldName(static_cast<fastserve::http::FieldId>(field.name_id));
    if (field.name_id != 0 && known != Lower(name)) return "id of " + name;
  }
  return "";
}

}  // namespace

ReferenceHead ParseReference(const std::string& bytes, const HeadLimits& limits) {
  ReferenceHead head;
  const size_t end = bytes.find("\r\n\r\n");
  if (end == std::string::npos) {
    head.verdict = Verdict::kIncomplete;
    return head;
  }
  head.head_length = end + 4;
  const bool good = head.head_length <= limits.head && ReadHead(bytes.substr(0, end), limits, &head);
  head.verdict = good ? Verdict::kAccepted : Verdict::kRefused;
  return head;
}

std::string FindDisagreement(const std::string& bytes) {
  const HeadLimits limits;
  const ReferenceHead theirs = ParseReference(bytes, limits);
  RequestHead ours;
  // A buffer of exactly this size lets AddressSanitizer see a read behind the end.
  const auto buffer = std::make_unique<char[]>(bytes.size());
  if (!bytes.empty()) std::memcpy(buffer.get(), bytes.data(), bytes.size());
  const auto result = ParseRequestHead({buffer.get(), bytes.size()}, 0, limits, &ours);
  const bool accepted = result.status == ParseStatus::kDone;
  if (accepted && theirs.verdict != Verdict::kAccepted) return "accepted what the reference refuses";
  if (!accepted && theirs.verdict == Verdict::kAccepted) return "refused what the reference accepts";
  if (result.status == ParseStatus::kPartial && theirs.verdict != Verdict::kIncomplete) return "waits at a whole head";
  return accepted ? CompareHeads(bytes, ours, theirs) : "";
}

}  // namespace fuzz
