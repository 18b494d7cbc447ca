#include "native/variables/lookup.h"

#include <algorithm>
#include <charconv>

#include "native/base/bytes.h"
#include "native/http/fields/field_list.h"
#include "native/http/grammar/host_pattern.h"

namespace fastserve::variables {

namespace {

std::string_view Slice(const RequestFacts& facts, uint16_t offset, uint16_t length) {
  return facts.head == nullptr ? std::string_view{} : facts.head_bytes.substr(offset, length);
}

std::string_view Query(const RequestFacts& facts) {
  return facts.head == nullptr ? std::string_view{} : Slice(facts, facts.head->query_offset, facts.head->query_length);
}

std::string_view Uri(const RequestFacts& facts) {
  if (!facts.path.empty() || facts.head == nullptr) return facts.path;
  const std::string_view raw = Slice(facts, facts.head->path_offset, facts.head->path_length);
  return raw.empty() ? "/" : raw;
}

std::string_view Method(const RequestFacts& facts) {
  return facts.head == nullptr ? std::string_view{} : Slice(facts, 0, facts.head->method_length);
}

std::string_view Binary(const base::IpAddress& address) {
  const size_t length = address.family == 4 ? 4 : address.family == 6 ? 16 : 0;
  return {reinterpret_cast<const char*>(address.bytes), length};
}

void AppendPort(uint16_t port, std::string* out) {
  if (port == 0) return;
  char digits[8];
  out->append(digits, std::to_chars(digits, digits + sizeof digits, port).ptr);
}

void AppendAddress(const base::IpAddress& address, std::string* out) {
  if (address.family == 0) out->append("unix");
  base::AppendIpAddress(address, out);
}

void AppendHost(const RequestFacts& facts, std::string* out) {
  if (facts.head == nullptr) return;
  const std::string_view host = http::HostOf(Slice(facts, facts.head->authority_offset, facts.head->authority_length));
  for (const char c : host) out->push_back(base::ToLowerAscii(c));
}

// All lines of a field as one list (RFC 9110 5.3).
void AppendField(std::string_view name, std::string_view separator, const RequestFacts& facts, std::string* out) {
  if (facts.head == nullptr) return;
  bool first = true;
  for (uint16_t i = 0; i < facts.head->field_count; ++i) {
    const http::Field& field = facts.head->fields[i];
    if (!base::EqualsIgnoreCase(http::NameOf(field, facts.head_bytes), name)) continue;
    if (!first) out->append(separator);
    out->append(http::ValueOf(field, facts.head_bytes));
    first = false;
  }
}

// The value of the first pair of that name in "a=1<separator>b=2", into *value. Spaces before a name do not count.
bool FindPair(std::string_view pairs, char separator, std::string_view name, std::string_view* value) {
  while (!pairs.empty()) {
    const size_t end = std::min(pairs.find(separator), pairs.size());
    std::string_view pair = pairs.substr(0, end);
    while (!pair.empty() && (pair.front() == ' ' || pair.front() == '\t')) pair.remove_prefix(1);
    if (pair.size() > name.size() && pair.starts_with(name) && pair[name.size()] == '=') {
      *value = pair.substr(name.size() + 1);
      return true;
    }
    pairs.remove_prefix(end == pairs.size() ? end : end + 1);
  }
  return false;
}

void AppendCookie(std::string_view name, const RequestFacts& facts, std::string* out) {
  if (facts.head == nullptr) return;
  for (uint16_t i = 0; i < facts.head->field_count; ++i) {
    const http::Field& field = facts.head->fields[i];
    if (field.name_id != static_cast<uint8_t>(http::FieldId::kCookie)) continue;
    std::string_view value;
    if (!FindPair(http::ValueOf(field, facts.head_bytes), ';', name, &value)) continue;
    out->append(base::TrimOws(value));
    return;
  }
}

void AppendArgument(std::string_view name, const RequestFacts& facts, std::string* out) {
  std::string_view value;
  if (FindPair(Query(facts), '&', name, &value)) out->append(value);
}

// The request-target as sent, in origin-form: with the authority of an absolute-form left out.
void AppendRequestUri(const RequestFacts& facts, std::string* out) {
  if (facts.head == nullptr) return;
  if (facts.head->form == http::TargetForm::kAsterisk) {
    out->push_back('*');
    return;
  }
  const std::string_view path = Slice(facts, facts.head->path_offset, facts.head->path_length);
  out->append(path.empty() ? "/" : path);
  if (facts.head->has_query) out->append("?").append(Query(facts));
}

void AppendProtocol(const RequestFacts& facts, std::string* out) {
  if (facts.head != nullptr) out->append(facts.head->minor_version == 0 ? "HTTP/1.0" : "HTTP/1.1");
}

void AppendRequestLine(const RequestFacts& facts, std::string* out) {
  if (facts.head == nullptr) return;
  out->append(Method(facts)).push_back(' ');
  out->append(Slice(facts, facts.head->target_offset, facts.head->target_length)).push_back(' ');
  AppendProtocol(facts, out);
}

}  // namespace

void AppendVariable(Variable variable, std::string_view name, const RequestFacts& facts, std::string* out) {
  switch (variable) {
    case Variable::kLiteral: break;
    case Variable::kArgs:
    case Variable::kQueryString: out->append(Query(facts)); break;
    case Variable::kBinaryRemoteAddr: out->append(Binary(facts.client)); break;
    case Variable::kContentLength: AppendField("content-length", ", ", facts, out); break;
    case Variable::kContentType: AppendField("content-type", ", ", facts, out); break;
    case Variable::kHost: AppendHost(facts, out); break;
    case Variable::kHttps: out->append(facts.tls ? "on" : ""); break;
    case Variable::kIsArgs: out->append(Query(facts).empty() ? "" : "?"); break;
    case Variable::kRemoteAddr: AppendAddress(facts.client, out); break;
    case Variable::kRemoteNet: AppendAddress(base::Masked(facts.client, 32, 64), out); break;
    case Variable::kRemotePort: AppendPort(facts.client_port, out); break;
    case Variable::kRemoteUser: out->append(facts.remote_user); break;
    case Variable::kRequest: AppendRequestLine(facts, out); break;
    case Variable::kRequestId: out->append(facts.request_id); break;
    case Variable::kRequestMethod: out->append(Method(facts)); break;
    case Variable::kRequestUri: AppendRequestUri(facts, out); break;
    case Variable::kScheme: out->append(facts.tls ? "https" : "http"); break;
    case Variable::kServerPort: AppendPort(facts.server_port, out); break;
    case Variable::kServerProtocol: AppendProtocol(facts, out); break;
    case Variable::kSslCipher: out->append(facts.ssl_cipher); break;
    case Variable::kSslProtocol: out->append(facts.ssl_protocol); break;
    case Variable::kSslServerName: out->append(facts.ssl_server_name); break;
    case Variable::kDocumentUri:
    case Variable::kUri: out->append(Uri(facts)); break;
    case Variable::kArgument: AppendArgument(name, facts, out); break;
    case Variable::kCookie: AppendCookie(name, facts, out); break;
    case Variable::kField: AppendField(name, name == "cookie" ? "; " : ", ", facts, out); break;
  }
}

}  // namespace fastserve::variables
