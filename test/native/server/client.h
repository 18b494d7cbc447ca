// A plain blocking HTTP client for tests: sends bytes, reads answers, tells how a connection ended.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "native/base/unique_fd.h"

namespace fastserve::server {

// Far beyond every limit in these tests: reached only when an answer was lost.
constexpr int kNeverMs = 20000;

struct Response {
  int status = 0;          // 0: the connection ended, or nothing came, before a whole head
  bool complete = false;   // the content is as long as its framing says
  std::string head, body;
  // The value of the field, "" when it is not there.
  std::string Field(std::string_view name) const {
    const std::string line = "\r\n" + std::string(name) + ": ";
    const size_t at = head.find(line);
    if (at == std::string::npos) return "";
    return head.substr(at + line.size(), head.find("\r\n", at + 2) - at - line.size());
  }
};

enum class End { kFin, kReset, kData, kNothing };

class Client {
 public:
  explicit Client(uint16_t port, int receive_buffer_bytes = 0) {
    fd_.Reset(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (receive_buffer_bytes > 0) {
      ::setsockopt(fd_.get(), SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes, sizeof receive_buffer_bytes);
    }
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) fd_.Reset();
  }
  int fd() const { return fd_.get(); }

  bool Send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<size_t>(sent));
    }
    return true;
  }
  bool Get(const std::string& target, std::string_view fields = {}) {
    return Send("GET " + target + " HTTP/1.1\r\nHost: h\r\n" + std::string(fields) + "\r\n");
  }
  // Sends `piece` over and over, until nothing goes for `patience_ms` or `most` bytes went. Returns how many went.
  uint64_t SendUntilStuck(std::string_view piece, uint64_t most, int patience_ms) {
    uint64_t sent = 0;
    while (sent < most) {
      pollfd watched{fd_.get(), POLLOUT, 0};
      if (::poll(&watched, 1, patience_ms) != 1) break;
      const ssize_t took = ::send(fd_.get(), piece.data(), piece.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (took < 0 && errno != EAGAIN) break;
      if (took > 0) sent += static_cast<uint64_t>(took);
    }
    return sent;
  }
  // FIN behind what was sent.
  void HalfClose() { ::shutdown(fd_.get(), SHUT_WR); }
  void Close() { fd_.Reset(); }
  // Goes away with a reset: nothing of the connection is left.
  void Reset() {
    const linger now{1, 0};
    ::setsockopt(fd_.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
    fd_.Reset();
  }

  // Reads one answer. `no_content`: to HEAD.
  Response Read(bool no_content = false) {
    Response response;
    size_t end;
    while ((end = input_.find("\r\n\r\n")) == std::string::npos) {
      if (!Receive()) return response;
    }
    response.head = Take(end + 4);
    response.status = std::atoi(response.head.c_str() + 9);
    if (no_content || response.status == 204 || response.status == 304 || response.status < 200) {
      response.complete = true;
    } else if (response.Field("Transfer-Encoding") == "chunked") {
      ReadChunks(response);
    } else if (const std::string length = response.Field("Content-Length"); !length.empty()) {
      const size_t size = std::strtoull(length.c_str(), nullptr, 10);
      while (input_.size() < size && Receive()) {
      }
      response.complete = input_.size() >= size;
      response.body = Take(std::min(size, input_.size()));
    } else {
      while (Receive()) {
      }
      response.body = Take(input_.size());
      response.complete = last_end_ == End::kFin;
    }
    return response;
  }

  // How the connection ends, once everything was read. kData: something is there to read still.
  End AwaitEnd() {
    if (!input_.empty() || Receive()) return End::kData;
    return last_end_;
  }
  // True when nothing has come so far.
  bool Silent() {
    pollfd watched{fd_.get(), POLLIN, 0};
    return input_.empty() && ::poll(&watched, 1, 0) == 0;
  }
  // Reads at most `bytes` more and forgets them. False at the end.
  bool Swallow(size_t bytes) {
    while (bytes > 0) {
      if (input_.empty() && !Receive()) return false;
      bytes -= Take(std::min(bytes, input_.size())).size();
    }
    return true;
  }

 private:
  std::string Take(size_t bytes) {
    std::string taken = input_.substr(0, bytes);
    input_.erase(0, bytes);
    return taken;
  }
  bool Receive() {
    pollfd watched{fd_.get(), POLLIN, 0};
    if (::poll(&watched, 1, kNeverMs) != 1) {
      last_end_ = End::kNothing;
      return false;
    }
    char buffer[65536];
    const ssize_t got = ::recv(fd_.get(), buffer, sizeof buffer, 0);
    if (got > 0) {
      input_.append(buffer, static_cast<size_t>(got));
      return true;
    }
    last_end_ = got == 0 ? End::kFin : End::kReset;
    return false;
  }
  void ReadChunks(Response& response) {
    while (true) {
      size_t line;
      while ((line = input_.find("\r\n")) == std::string::npos) {
        if (!Receive()) return;
      }
      const size_t size = std::strtoull(input_.c_str(), nullptr, 16);
      while (input_.size() < line + 2 + size + 2) {
        if (!Receive()) return;
      }
      Take(line + 2);
      response.body += Take(size);
      Take(2);
      if (size == 0) {
        response.complete = true;
        return;
      }
    }
  }

  base::UniqueFd fd_;
  std::string input_;
  End last_end_ = End::kNothing;
};

// Lets at least `ms` pass, in which nothing may come from `client`.
inline bool SilentFor(const Client& client, int ms) {
  pollfd watched{client.fd(), POLLIN, 0};
  return ::poll(&watched, 1, ms) == 0;
}

}  // namespace fastserve::server
