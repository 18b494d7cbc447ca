// What the TLS connections to one upstream have in common: whom to believe, what to show. Immutable; made on the main
// thread, used by all I/O threads.
#pragma once

#include <memory>
#include <string>
#include <string_view>

struct ssl_ctx_st;
struct ssl_st;

namespace fastserve::tls {

struct ClientOptions {
  std::string ca_pem;     // who may have signed the servers' certificates; empty: whom the system trusts
  std::string chain_pem;  // our certificate, empty: none
  std::string key_pem;
  std::string name;       // for SNI and verification, empty: the host of the server's address
  bool verify = true;
};

class ClientContext {
 public:
  // nullptr with a short text in *error when OpenSSL refuses something.
  static std::shared_ptr<const ClientContext> Create(const ClientOptions& options, std::string* error);
  ~ClientContext();
  ClientContext(const ClientContext&) = delete;
  ClientContext& operator=(const ClientContext&) = delete;

  ssl_ctx_st* get() const { return context_; }
  // Tells a new session whom to name and to expect. `authority`: host and port of the server. False when OpenSSL refuses.
  bool Expect(ssl_st* ssl, std::string_view authority) const;

 private:
  ClientContext() = default;
  ssl_ctx_st* context_ = nullptr;
  std::string name_;
  bool verify_ = true;
};

}  // namespace fastserve::tls
