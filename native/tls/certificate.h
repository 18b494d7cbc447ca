// Certificates and keys from PEM text into an SSL_CTX. The main thread; OpenSSL's error queue has the reason of a failure.
#pragma once

#include <string>

struct ssl_ctx_st;

namespace fastserve::tls {

// The first certificate is the server's, the rest its chain. False with a text in *error.
bool UseChain(ssl_ctx_st* context, const std::string& pem, std::string* error);
// The private key of the certificate that UseChain has set. An encrypted key is refused.
bool UseKey(ssl_ctx_st* context, const std::string& pem, std::string* error);
// Certificates that may have signed those of clients; their names are sent to clients as a hint.
bool TrustClientsOf(ssl_ctx_st* context, const std::string& pem, std::string* error);

}  // namespace fastserve::tls
