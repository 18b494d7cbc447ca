// A server that speaks TLS and answers each request with the same words, in a thread of its own.
#pragma once

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ec.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "native/base/check.h"
#include "native/base/unique_fd.h"

namespace fastserve::proxy {

class TlsPeer {
 public:
  // Serves whoever connects to `listener` first, until that ends or is silent for long. `listener` outlives it. `behind`: bytes of no whole
  // record that come with each answer.
  TlsPeer(int listener, std::string words, std::string behind = {})
      : words_(std::move(words)), behind_(std::move(behind)), context_(MakeContext()), thread_([this, listener] { Serve(listener); }) {}
  ~TlsPeer() { thread_.join(); }

 private:
  using ContextPointer = std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)>;

  // Nobody can verify its certificate.
  static ContextPointer MakeContext() {
    ContextPointer context(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free);
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
    const std::unique_ptr<X509, decltype(&X509_free)> certificate(X509_new(), &X509_free);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
    X509_set_pubkey(certificate.get(), key.get());
    X509_sign(certificate.get(), key.get(), EVP_sha256());
    FASTSERVE_CHECK(SSL_CTX_use_certificate(context.get(), certificate.get()) == 1 && SSL_CTX_use_PrivateKey(context.get(), key.get()) == 1,
                    "a certificate of its own");
    return context;
  }
  void Serve(int listener) const {
    const base::UniqueFd socket(::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC));
    const timeval patience{20, 0};
    ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    const std::unique_ptr<SSL, decltype(&SSL_free)> ssl(SSL_new(context_.get()), &SSL_free);
    SSL_set_fd(ssl.get(), socket.get());
    if (SSL_accept(ssl.get()) != 1) return;
    std::string heard;
    char bytes[4096];
    for (int got; (got = SSL_read(ssl.get(), bytes, sizeof bytes)) > 0;) {
      heard.append(bytes, static_cast<size_t>(got));
      if (!heard.ends_with("\r\n\r\n")) continue;
      heard.clear();
      Answer(ssl.get(), socket.get());
    }
  }
  // In one segment, so that it is read at once.
  void Answer(SSL* ssl, int socket) const {
    SetCork(socket, 1);
    SSL_write(ssl, words_.data(), static_cast<int>(words_.size()));
    ::send(socket, behind_.data(), behind_.size(), MSG_NOSIGNAL);
    SetCork(socket, 0);
  }
  static void SetCork(int socket, int on) { ::setsockopt(socket, IPPROTO_TCP, TCP_CORK, &on, sizeof on); }

  const std::string words_, behind_;

  const ContextPointer context_;
  std::thread thread_;
};

}  // namespace fastserve::proxy
