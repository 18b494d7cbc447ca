#include "native/proxy/uwsgi_request.h"

#include <map>
#include <string>

#include "test/native/testing.h"

namespace fastserve::proxy {
namespace {

size_t LengthAt(std::string_view bytes, size_t at) {
  return static_cast<uint8_t>(bytes[at]) | static_cast<size_t>(static_cast<uint8_t>(bytes[at + 1])) << 8;
}

// What a uwsgi server reads; "" under "malformed" stands for a packet that is none.
std::map<std::string, std::string> Read(std::string_view packet) {
  std::map<std::string, std::string> variables;
  if (packet.size() < 4 || packet[0] != 0 || packet[3] != 0 || LengthAt(packet, 1) != packet.size() - 4) return {{"malformed", ""}};
  packet.remove_prefix(4);
  const auto take = [&]() {
    if (packet.size() < 2 || packet.size() - 2 < LengthAt(packet, 0)) return std::string("malformed");
    const std::string text(packet.substr(2, LengthAt(packet, 0)));
    packet.remove_prefix(2 + text.size());
    return text;
  };
  while (!packet.empty()) {
    const std::string name = take();
    if (!variables.emplace(name, take()).second) return {{"malformed", "twice: " + name}};
  }
  return variables;
}

std::map<std::string, std::string> Sent(std::string_view head, UwsgiFacts facts = {}) {
  std::string packet;
  if (!AppendUwsgiRequest(head, facts, &packet)) return {};
  return Read(packet);
}

TEST("a request becomes the variables of its parts") {
  auto sent = Sent("POST /a%20b?x=1&y HTTP/1.1\r\nHost: example.org:8080\r\nContent-Type: text/plain\r\nAccept: */*\r\n",
                   {"/a b", "https", "192.0.2.7", 12});
  const std::map<std::string, std::string> expected = {
      {"REQUEST_METHOD", "POST"}, {"REQUEST_URI", "/a%20b?x=1&y"}, {"PATH_INFO", "/a b"}, {"QUERY_STRING", "x=1&y"},
      {"SERVER_PROTOCOL", "HTTP/1.1"}, {"REQUEST_SCHEME", "https"}, {"HTTPS", "on"}, {"SERVER_NAME", "example.org"},
      {"SERVER_PORT", "8080"}, {"REMOTE_ADDR", "192.0.2.7"}, {"CONTENT_LENGTH", "12"}, {"CONTENT_TYPE", "text/plain"},
      {"HTTP_HOST", "example.org:8080"}, {"HTTP_ACCEPT", "*/*"}};
  for (const auto& [name, value] : expected) CHECK_EQ(sent[name], value);
  CHECK_EQ(sent.size(), expected.size());
}

TEST("the port is the scheme's where the authority has none") {
  CHECK_EQ(Sent("GET / HTTP/1.1\r\nHost: a\r\n", {"/", "http"})["SERVER_PORT"], std::string("80"));
  CHECK_EQ(Sent("GET / HTTP/1.1\r\nHost: [::1]\r\n", {"/", "https"})["SERVER_PORT"], std::string("443"));
  CHECK_EQ(Sent("GET / HTTP/1.1\r\nHost: [::1]:81\r\n", {"/", "http"})["SERVER_NAME"], std::string("[::1]"));
}

TEST("fields of one name are joined, cookies with a semicolon") {
  auto sent = Sent("GET / HTTP/1.1\r\nAccept: a\r\nCookie: a=1\r\naccept: b\r\ncookie: b=2\r\n");
  CHECK_EQ(sent["HTTP_ACCEPT"], std::string("a, b"));
  CHECK_EQ(sent["HTTP_COOKIE"], std::string("a=1; b=2"));
}

TEST("a field named Proxy does not become a variable") {
  CHECK_EQ(Sent("GET / HTTP/1.1\r\nProxy: evil:80\r\n").count("HTTP_PROXY"), size_t{0});
}

TEST("without a question mark the query is empty") {
  CHECK_EQ(Sent("GET /a HTTP/1.1\r\n")["QUERY_STRING"], std::string());
  CHECK_EQ(Sent("GET /a? HTTP/1.1\r\n")["QUERY_STRING"], std::string());
}

TEST("variables beyond 65,535 bytes are refused, up to them they are sent") {
  const std::string start = "GET / HTTP/1.1\r\nX: ";
  const auto fits = [&](size_t bytes) {
    std::string packet = "before";
    const bool ok = AppendUwsgiRequest(start + std::string(bytes, 'v') + "\r\n", {"/", "http"}, &packet);
    CHECK(ok || packet == "before");
    return ok;
  };
  size_t most = 60000;
  while (fits(most + 1)) ++most;
  std::string packet;
  CHECK(AppendUwsgiRequest(start + std::string(most, 'v') + "\r\n", {"/", "http"}, &packet));
  CHECK_EQ(packet.size(), size_t{65539});
  CHECK(!fits(65536));
  CHECK(!fits(131072));
}

}  // namespace
}  // namespace fastserve::proxy
