#include "native/tls/context.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>

#include <cstring>

#include "native/base/clock.h"
#include "native/tls/certificate.h"
#include "native/tls/errors.h"
#include "native/tls/session.h"

namespace fastserve::tls {

namespace {

// Forward secrecy and authenticated encryption only (RFC 9325 4.2). AES-128 first: it is the fastest where the processor has
// AES instructions; clients without them put ChaCha20 first and get it (SSL_OP_PRIORITIZE_CHACHA).
constexpr char kCiphers12[] =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";
constexpr char kCiphers13[] = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";

// What this server speaks, best first (RFC 7301 6).
constexpr std::string_view kProtocols[] = {"http/1.1", "http/1.0"};

const Context* ContextOf(const SSL* ssl) {
  return static_cast<const Context*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), 0));
}

// Picks the certificate (RFC 6066 3). An unknown name gets the first one, whose names the client then refuses itself.
int OnServerName(SSL* ssl, int*, void*) {
  const char* name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
  if (name == nullptr) return SSL_TLSEXT_ERR_NOACK;
  SSL_CTX* const wanted = ContextOf(ssl)->ForName(name);
  if (wanted != nullptr && SSL_set_SSL_CTX(ssl, wanted) == nullptr) return SSL_TLSEXT_ERR_ALERT_FATAL;
  return SSL_TLSEXT_ERR_OK;
}

// RFC 7301 3.2: a client that names protocols, but none of ours, is refused. OpenSSL has checked the form of the list.
int OnAlpn(SSL*, const unsigned char** out, unsigned char* out_length, const unsigned char* offered, unsigned int length,
           void*) {
  for (const std::string_view protocol : kProtocols) {
    for (unsigned int at = 0; at < length; at += 1u + offered[at]) {
      if (std::string_view(reinterpret_cast<const char*>(offered) + at + 1, offered[at]) != protocol) continue;
      *out = offered + at + 1;
      *out_length = offered[at];
      return SSL_TLSEXT_ERR_OK;
    }
  }
  return SSL_TLSEXT_ERR_ALERT_FATAL;
}

// Looked up once: a name, or EVP_aes_256_cbc(), is looked up anew at every use. Lives as long as the process.
const EVP_CIPHER* TicketCipher() {
  static const EVP_CIPHER* const cipher = EVP_CIPHER_fetch(nullptr, "AES-256-CBC", nullptr);
  return cipher;
}

bool SetMac(EVP_MAC_CTX* mac, const TicketKey& key) {
  char digest[] = "SHA256";
  auto* secret = const_cast<unsigned char*>(key.mac);
  const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, secret, sizeof key.mac),
                                   OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                                   OSSL_PARAM_construct_end()};
  return EVP_MAC_CTX_set_params(mac, parameters) == 1;
}

// Seals and opens tickets. 1: done; 2: opened, and a new ticket is due; 0: unknown key, a full handshake follows; -1: broken.
int OnTicket(SSL* ssl, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher, EVP_MAC_CTX* mac, int sealing) {
  const EVP_CIPHER* const kind = TicketCipher();
  if (kind == nullptr) return -1;
  const auto keys = ContextOf(ssl)->keys().Get(base::MonotonicMs());
  if (sealing) {
    const TicketKey& key = keys->current;
    if (RAND_bytes(iv, EVP_CIPHER_get_iv_length(kind)) != 1) return -1;
    std::memcpy(name, key.name, sizeof key.name);
    return EVP_EncryptInit_ex(cipher, kind, nullptr, key.cipher, iv) == 1 && SetMac(mac, key) ? 1 : -1;
  }
  bool old = false;
  const TicketKey* key = keys->Find(name, &old);
  if (key == nullptr) return 0;
  if (EVP_DecryptInit_ex(cipher, kind, nullptr, key->cipher, iv) != 1 || !SetMac(mac, *key)) return -1;
  return old ? 2 : 1;
}

// A session holds what was decided when it began, a client's certificate included: it may be resumed only where the same
// would be decided. What that depends on goes into the session's scope.
bool SetSessionScope(SSL_CTX* context, const ContextOptions& options) {
  std::string scope = std::to_string(options.listener) + '/' + std::to_string(static_cast<int>(options.client_certificates));
  scope.append("/").append(options.ca_pem);
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (EVP_Digest(scope.data(), scope.size(), digest, &size, EVP_sha256(), nullptr) != 1) return false;
  return SSL_CTX_set_session_id_context(context, digest, size) == 1;
}

void SetCallbacks(SSL_CTX* context) {
  SSL_CTX_set_tlsext_servername_callback(context, &OnServerName);
  SSL_CTX_set_alpn_select_cb(context, &OnAlpn, nullptr);
  SSL_CTX_set_tlsext_ticket_key_evp_cb(context, &OnTicket);
  SSL_CTX_set_info_callback(context, &Session::OnInfo);
}

bool SetProtocol(SSL_CTX* context, const ContextOptions& options) {
  SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                                   SSL_OP_PRIORITIZE_CHACHA);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_timeout(context, TicketKeys::kPeriodMs / 1000);
  return SSL_CTX_set_min_proto_version(context, options.tls13_only ? TLS1_3_VERSION : TLS1_2_VERSION) == 1 &&
         SSL_CTX_set_cipher_list(context, kCiphers12) == 1 && SSL_CTX_set_ciphersuites(context, kCiphers13) == 1 &&
         SSL_CTX_set_num_tickets(context, 1) == 1 && SetSessionScope(context, options);
}

void SetVerification(SSL_CTX* context, ClientCertificates wanted) {
  int mode = SSL_VERIFY_NONE;
  if (wanted != ClientCertificates::kNone) mode = SSL_VERIFY_PEER;
  if (wanted == ClientCertificates::kRequire) mode |= SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
  SSL_CTX_set_verify(context, mode, nullptr);
}

}  // namespace

std::shared_ptr<const Context> Context::Create(const ContextOptions& options, std::shared_ptr<TicketKeys> keys,
                                               std::string* error) {
  ERR_clear_error();
  std::shared_ptr<Context> context(new Context(std::move(keys)));
  for (size_t i = 0; i < options.certificates.size(); ++i) {
    if (!context->Add(options, options.certificates[i], error)) return nullptr;
    for (const std::string& name : options.certificates[i].names) context->names_.Add(name, i);
  }
  if (context->contexts_.empty()) {
    *error = "there is no certificate";
    return nullptr;
  }
  return context;
}

bool Context::Add(const ContextOptions& options, const CertificateOptions& certificate, std::string* error) {
  SSL_CTX* const context = SSL_CTX_new(TLS_server_method());
  if (context == nullptr) {
    *error = TakeError("no TLS context");
    return false;
  }
  contexts_.push_back(context);
  SSL_CTX_set_ex_data(context, 0, this);
  if (!SetProtocol(context, options)) {
    *error = TakeError("the protocol cannot be set up");
    return false;
  }
  SetCallbacks(context);
  SetVerification(context, options.client_certificates);
  return UseChain(context, certificate.chain_pem, error) && UseKey(context, certificate.key_pem, error) &&
         (options.ca_pem.empty() || TrustClientsOf(context, options.ca_pem, error)) &&
         (certificate.ocsp_der.empty() || AddStapled(context, certificate.ocsp_der, error));
}

bool Context::AddStapled(SSL_CTX* context, const std::string& ocsp_der, std::string* error) {
  auto response = std::make_unique<StapledResponse>();
  if (!ReadStapledResponse(ocsp_der, SSL_CTX_get0_certificate(context), response.get(), error)) return false;
  Staple(context, response.get());
  stapled_.push_back(std::move(response));
  return true;
}

Context::~Context() {
  for (SSL_CTX* context : contexts_) SSL_CTX_free(context);
}

SSL_CTX* Context::ForName(const char* name) const {
  const size_t found = names_.Find(name);
  return found == ServerNames::kNone ? nullptr : contexts_[found];
}

}  // namespace fastserve::tls
