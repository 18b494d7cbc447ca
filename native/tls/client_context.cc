#include "native/tls/client_context.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include "native/tls/certificate.h"
#include "native/tls/errors.h"

namespace fastserve::tls {

namespace {

// Where distributions keep the certificates that they trust: OpenSSL's own place is that of the build of Node.
constexpr const char* kTrustFiles[] = {"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
                                       "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem"};

bool TrustSystem(SSL_CTX* context) {
  struct stat file {};
  for (const char* path : kTrustFiles) {
    if (::stat(path, &file) == 0) return SSL_CTX_load_verify_locations(context, path, nullptr) == 1;
  }
  return SSL_CTX_set_default_verify_paths(context) == 1;
}

bool IsIpAddress(const std::string& host) {
  unsigned char bytes[16];
  return ::inet_pton(AF_INET, host.c_str(), bytes) == 1 || ::inet_pton(AF_INET6, host.c_str(), bytes) == 1;
}

// The host of "host:port" or "[::1]:port", without brackets.
std::string HostOf(std::string_view authority) {
  if (authority.starts_with('[')) return std::string(authority.substr(1, authority.find(']') - 1));
  return std::string(authority.substr(0, authority.rfind(':')));
}

}  // namespace

std::shared_ptr<const ClientContext> ClientContext::Create(const ClientOptions& options, std::string* error) {
  ERR_clear_error();
  std::shared_ptr<ClientContext> made(new ClientContext);
  SSL_CTX* const context = SSL_CTX_new(TLS_client_method());
  made->context_ = context;
  made->name_ = options.name;
  made->verify_ = options.verify;
  if (context == nullptr || SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1) {
    *error = TakeError("no TLS context");
    return nullptr;
  }
  SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_verify(context, options.verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
  // RFC 7301: nothing else is spoken here.
  constexpr unsigned char kAlpn[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
  SSL_CTX_set_alpn_protos(context, kAlpn, sizeof kAlpn);
  if (options.verify && options.ca_pem.empty() && !TrustSystem(context)) {
    *error = TakeError("the system's certificates cannot be read");
    return nullptr;
  }
  if (!options.ca_pem.empty() && !TrustClientsOf(context, options.ca_pem, error)) return nullptr;
  if (!options.chain_pem.empty() &&
      (!UseChain(context, options.chain_pem, error) || !UseKey(context, options.key_pem, error))) {
    return nullptr;
  }
  return made;
}

ClientContext::~ClientContext() { SSL_CTX_free(context_); }

bool ClientContext::Expect(SSL* ssl, std::string_view authority) const {
  const std::string host = name_.empty() ? HostOf(authority) : name_;
  const bool is_address = IsIpAddress(host);
  if (!is_address && SSL_set_tlsext_host_name(ssl, host.c_str()) != 1) return false;  // RFC 6066 3: names only
  if (!verify_) return true;
  if (is_address) return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host.c_str()) == 1;
  SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  return SSL_set1_host(ssl, host.c_str()) == 1;
}

}  // namespace fastserve::tls
