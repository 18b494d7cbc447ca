#include "native/proxy/uwsgi_request.h"

#include <utility>
#include <vector>

#include "native/base/bytes.h"

namespace fastserve::proxy {

namespace {

constexpr size_t kHeaderBytes = 4;
constexpr size_t kMaxVariableBytes = 65535;

void AppendLength(size_t length, std::string* out) {
  out->push_back(static_cast<char>(length & 0xFF));
  out->push_back(static_cast<char>(length >> 8 & 0xFF));
}

// Lengths above 65,535 wrap here; the block is then too large anyhow, which is looked at in the end.
void AppendVariable(std::string_view name, std::string_view value, std::string* out) {
  AppendLength(name.size(), out);
  out->append(name);
  AppendLength(value.size(), out);
  out->append(value);
}

std::string_view TakeUntil(std::string_view separator, std::string_view* text) {
  const size_t at = text->find(separator);
  const std::string_view part = text->substr(0, at);
  text->remove_prefix(at == std::string_view::npos ? text->size() : at + separator.size());
  return part;
}

// HTTP_ and the field's name in capitals with underscores (RFC 3875 4.1.18).
std::string VariableName(std::string_view field) {
  if (base::EqualsIgnoreCase(field, "content-type")) return "CONTENT_TYPE";
  std::string name = "HTTP_";
  for (const char c : field) name.push_back(c == '-' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
  return name;
}

// Field lines by variable, those of one name joined: in order, "; " for cookies (RFC 6265 5.4), ", " for the rest
// (RFC 9110 5.3).
std::vector<std::pair<std::string, std::string>> VariablesOf(std::string_view lines) {
  std::vector<std::pair<std::string, std::string>> variables;
  while (!lines.empty()) {
    std::string_view value = TakeUntil("\r\n", &lines);
    const std::string_view field = TakeUntil(":", &value);
    value = base::TrimOws(value);
    // httpoxy: HTTP_PROXY would name a proxy to libraries that read the environment (CVE-2016-5385 and its kin).
    if (field.empty() || base::EqualsIgnoreCase(field, "proxy")) continue;
    std::string name = VariableName(field);
    bool known = false;
    for (auto& [other, joined] : variables) {
      if (other != name) continue;
      joined.append(name == "HTTP_COOKIE" ? "; " : ", ").append(value);
      known = true;
    }
    if (!known) variables.emplace_back(std::move(name), value);
  }
  return variables;
}

// Host and port of an authority; the port that the scheme implies where it names none (RFC 9110 4.2).
std::pair<std::string_view, std::string_view> SplitAuthority(std::string_view authority, std::string_view scheme) {
  const size_t colon = authority.rfind(':');
  const bool has_port = colon != std::string_view::npos && authority.find(']', colon) == std::string_view::npos;
  if (has_port && colon + 1 < authority.size()) return {authority.substr(0, colon), authority.substr(colon + 1)};
  return {authority.substr(0, has_port ? colon : authority.size()), scheme == "https" ? "443" : "80"};
}

}  // namespace

bool AppendUwsgiRequest(std::string_view head, const UwsgiFacts& facts, std::string* out) {
  const std::string_view method = TakeUntil(" ", &head);
  const std::string_view target = TakeUntil(" ", &head);
  const std::string_view protocol = TakeUntil("\r\n", &head);
  std::string_view query = target;
  TakeUntil("?", &query);
  const auto fields = VariablesOf(head);
  std::string_view authority;
  for (const auto& [name, value] : fields) {
    if (name == "HTTP_HOST") authority = value;
  }
  const auto [server_name, server_port] = SplitAuthority(authority, facts.scheme);

  const size_t start = out->size();
  out->append(kHeaderBytes, '\0');
  AppendVariable("REQUEST_METHOD", method, out);
  AppendVariable("REQUEST_URI", target, out);
  AppendVariable("PATH_INFO", facts.path, out);
  AppendVariable("QUERY_STRING", query, out);
  AppendVariable("SERVER_PROTOCOL", protocol, out);
  AppendVariable("REQUEST_SCHEME", facts.scheme, out);
  if (facts.scheme == "https") AppendVariable("HTTPS", "on", out);
  AppendVariable("SERVER_NAME", server_name, out);
  AppendVariable("SERVER_PORT", server_port, out);
  AppendVariable("REMOTE_ADDR", facts.remote_addr, out);
  AppendVariable("CONTENT_LENGTH", std::to_string(facts.content_length), out);
  for (const auto& [name, value] : fields) AppendVariable(name, value, out);

  const size_t bytes = out->size() - start - kHeaderBytes;
  if (bytes > kMaxVariableBytes) {
    out->resize(start);
    return false;
  }
  // Modifiers 0: a WSGI application.
  (*out)[start + 1] = static_cast<char>(bytes & 0xFF);
  (*out)[start + 2] = static_cast<char>(bytes >> 8);
  return true;
}

}  // namespace fastserve::proxy
