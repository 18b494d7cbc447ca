// A server that is none: what a request costs whoever answers it. One thread waits, receives, and sends the same bytes for whatever
// was asked; over TLS it does what OpenSSL needs, and nothing else. It parses no head, checks nothing and has no time limits:
// nobody can answer for much less, so that its CPU time beside a peer's is the least that a goal can ask for on this machine.
//
//   floor PORT ANSWER [CERTIFICATE KEY]
//
// ANSWER is a file with the bytes of a whole response. Content of requests is taken by their Content-Length. Listens on loopback.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#ifdef FLOOR_TLS
#include <openssl/err.h>
#include <openssl/ssl.h>
#else
struct SSL;
struct SSL_CTX;
#endif

namespace {

constexpr size_t kReceiveBytes = 64 * 1024;
constexpr int kEventsATurn = 256;

struct Connection {
  int descriptor = -1;
  SSL* tls = nullptr;
  std::string head;            // the beginning of a head that is not all here
  size_t content_missing = 0;  // bytes of the request's content that have yet to come
};

struct Server {
  std::string answer;
  SSL_CTX* tls = nullptr;
  int poll = -1;
  char bytes[kReceiveBytes];
};

[[noreturn]] void Die(const char* what) {
  std::perror(what);
  std::exit(1);
}

#ifdef FLOOR_TLS
SSL_CTX* NewContext(const char* certificate, const char* key) {
  SSL_CTX* const context = SSL_CTX_new(TLS_server_method());
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_num_tickets(context, 1);
  if (SSL_CTX_use_certificate_chain_file(context, certificate) != 1 || SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) != 1) {
    ERR_print_errors_fp(stderr);
    std::exit(1);
  }
  return context;
}

SSL* NewSession(SSL_CTX* context, int descriptor) {
  SSL* const session = SSL_new(context);
  SSL_set_fd(session, descriptor);
  SSL_set_accept_state(session);
  return session;
}

void EndSession(SSL* session) {
  SSL_shutdown(session);
  SSL_free(session);
}

ssize_t ReadTls(SSL* session, char* into, size_t size) {
  const int got = SSL_read(session, into, static_cast<int>(size));
  if (got > 0) return got;
  errno = SSL_get_error(session, got) == SSL_ERROR_WANT_READ ? EAGAIN : EPIPE;
  return -1;
}

ssize_t WriteTls(SSL* session, std::string_view text) { return SSL_write(session, text.data(), static_cast<int>(text.size())); }
#else
SSL_CTX* NewContext(const char*, const char*) {
  std::fputs("built without OpenSSL\n", stderr);
  std::exit(1);
}
SSL* NewSession(SSL_CTX*, int) { return nullptr; }
void EndSession(SSL*) {}
ssize_t ReadTls(SSL*, char*, size_t) { return -1; }
ssize_t WriteTls(SSL*, std::string_view) { return -1; }
#endif

ssize_t Receive(const Connection& connection, char* into, size_t size) {
  return connection.tls != nullptr ? ReadTls(connection.tls, into, size) : recv(connection.descriptor, into, size, 0);
}

// The answers that these clients ask for fit into what a socket takes.
bool Send(const Connection& connection, std::string_view text) {
  const ssize_t sent =
      connection.tls != nullptr ? WriteTls(connection.tls, text) : send(connection.descriptor, text.data(), text.size(), MSG_NOSIGNAL);
  return sent == static_cast<ssize_t>(text.size());
}

void End(Connection* connection) {
  if (connection->tls != nullptr) EndSession(connection->tls);
  close(connection->descriptor);
  delete connection;
}

size_t ContentLength(std::string_view head) {
  constexpr std::string_view kName = "Content-Length: ";
  const size_t at = head.find(kName);
  return at == std::string_view::npos ? 0 : std::strtoul(head.data() + at + kName.size(), nullptr, 10);
}

enum class Next { kGoOn, kEnd };

// All requests that begin or end in `text`.
Next Answer(const Server& server, Connection* connection, std::string_view text) {
  for (;;) {
    if (connection->content_missing > 0) {
      const size_t taken = std::min(connection->content_missing, text.size());
      connection->content_missing -= taken;
      text.remove_prefix(taken);
      if (connection->content_missing > 0) return Next::kGoOn;
      if (!Send(*connection, server.answer)) return Next::kEnd;
    }
    if (text.empty()) return Next::kGoOn;
    const size_t end = text.find("\r\n\r\n");
    if (end == std::string_view::npos) {
      connection->head += text;
      return Next::kGoOn;
    }
    const std::string_view head = text.substr(0, end + 4);
    text.remove_prefix(head.size());
    connection->content_missing = head.front() == 'P' ? ContentLength(head) : 0;  // nobody asks but by GET and POST
    if (connection->content_missing > 0) continue;
    if (!Send(*connection, server.answer) || head.find("HTTP/1.0") != std::string_view::npos) return Next::kEnd;
  }
}

void Serve(Server& server, Connection* connection) {
  for (;;) {
    const ssize_t got = Receive(*connection, server.bytes, sizeof server.bytes);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) return End(connection);
    std::string_view text(server.bytes, static_cast<size_t>(got));
    std::string joined;
    if (!connection->head.empty()) {
      joined = std::move(connection->head) + std::string(text);
      connection->head.clear();
      text = joined;
    }
    if (Answer(server, connection, text) == Next::kEnd) return End(connection);
    if (connection->tls == nullptr && static_cast<size_t>(got) < sizeof server.bytes) return;  // the socket is empty
  }
}

void Accept(const Server& server, int listener) {
  const int descriptor = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK);
  if (descriptor < 0) return;
  const int on = 1;
  setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  auto* const connection = new Connection{descriptor, server.tls == nullptr ? nullptr : NewSession(server.tls, descriptor), {}, 0};
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = connection;
  if (epoll_ctl(server.poll, EPOLL_CTL_ADD, descriptor, &event) != 0) Die("epoll_ctl");
}

int Listen(int port) {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  const int on = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  setsockopt(listener, IPPROTO_TCP, TCP_CONGESTION, "reno", 4);  // as fastserve does on the loopback
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 || listen(listener, 4096) != 0) Die("listen");
  return listener;
}

[[noreturn]] void Run(Server& server, int listener) {
  server.poll = epoll_create1(0);
  epoll_event event{};
  event.events = EPOLLIN;
  if (epoll_ctl(server.poll, EPOLL_CTL_ADD, listener, &event) != 0) Die("epoll_ctl");
  epoll_event events[kEventsATurn];
  for (;;) {
    const int count = epoll_wait(server.poll, events, kEventsATurn, -1);
    for (int i = 0; i < count; ++i) {
      auto* const connection = static_cast<Connection*>(events[i].data.ptr);
      if (connection == nullptr) {
        Accept(server, listener);
      } else {
        Serve(server, connection);
      }
    }
  }
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 3 && count != 5) {
    std::fputs("usage: floor PORT ANSWER [CERTIFICATE KEY]\n", stderr);
    return 2;
  }
  std::signal(SIGPIPE, SIG_IGN);
  static Server server;
  std::ifstream file(arguments[2], std::ios::binary);
  server.answer.assign(std::istreambuf_iterator<char>(file), {});
  if (server.answer.empty()) Die(arguments[2]);
  if (count == 5) server.tls = NewContext(arguments[3], arguments[4]);
  Run(server, Listen(std::atoi(arguments[1])));
}
