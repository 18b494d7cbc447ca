// What the TLS connections of one listener have in common: certificates by name, protocol versions, tickets, client
// certificates. Immutable; made on the main thread, used by all I/O threads. The only owner of SSL_CTX objects.
//
// DESIGN: one SSL_CTX for each certificate, alike but for it. A handshake begins with the first and moves to the one that
// the server name asks for. Sessions are resumed from tickets only: no cache is shared between threads.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "native/tls/server_names.h"
#include "native/tls/stapled_response.h"
#include "native/tls/ticket_keys.h"

struct ssl_ctx_st;

namespace fastserve::tls {

struct CertificateOptions {
  std::vector<std::string> names;  // for SNI; the first certificate is also for every other name
  std::string chain_pem;           // leaf first
  std::string key_pem;
  std::string ocsp_der;  // what its authority says of it, for clients that ask; empty for none
};

enum class ClientCertificates : uint8_t { kNone, kRequest, kRequire };

struct ContextOptions {
  std::vector<CertificateOptions> certificates;  // at least one
  std::string ca_pem;                            // who may have signed the certificates of clients
  ClientCertificates client_certificates = ClientCertificates::kNone;
  bool tls13_only = false;
  uint32_t listener = 0;  // a session is never resumed at another listener
};

class Context {
 public:
  // nullptr with a short text in *error when OpenSSL refuses something.
  static std::shared_ptr<const Context> Create(const ContextOptions& options, std::shared_ptr<TicketKeys> keys,
                                               std::string* error);
  ~Context();
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  // Where every handshake begins. Owned here.
  ssl_ctx_st* first() const { return contexts_[0]; }
  // For the server name of a client; nullptr: the first one is right.
  ssl_ctx_st* ForName(const char* name) const;
  TicketKeys& keys() const { return *keys_; }

 private:
  explicit Context(std::shared_ptr<TicketKeys> keys) : keys_(std::move(keys)) {}
  bool Add(const ContextOptions& options, const CertificateOptions& certificate, std::string* error);
  bool AddStapled(ssl_ctx_st* context, const std::string& ocsp_der, std::string* error);

  std::shared_ptr<TicketKeys> keys_;
  std::vector<ssl_ctx_st*> contexts_;
  std::vector<std::unique_ptr<const StapledResponse>> stapled_;
  ServerNames names_;
};

// Where the current context of a listener is found; replacing it concerns handshakes that begin later. Any thread.
class ContextSlot {
 public:
  void Set(std::shared_ptr<const Context> context) {
    const std::lock_guard<std::mutex> lock(mutex_);
    context_.swap(context);  // the old one is freed outside of the lock
  }
  // nullptr before the first Set.
  std::shared_ptr<const Context> Get() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return context_;
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const Context> context_;
};

}  // namespace fastserve::tls
