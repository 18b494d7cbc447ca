// What an authority says about a certificate (OCSP, RFC 6960), given to clients with the handshake (RFC 6066 8): they need not ask the
// authority, which would learn whom they visit.
//
// Its signature is not checked here, for a client checks it anyway; what would be refused by all of them is.
#pragma once

#include <cstdint>
#include <limits>
#include <string>

struct ssl_ctx_st;
struct x509_st;

namespace fastserve::tls {

struct StapledResponse {
  std::string der;  // OCSPResponse (RFC 6960 4.2.1); empty for none
  int64_t end_s = std::numeric_limits<int64_t>::max();  // nextUpdate as Unix time: nobody takes it from then on
};

// From the bytes of a file. False with a text in *error: it is no response, or a refusal, or of another certificate, or it does not
// say "good". Any thread.
bool ReadStapledResponse(const std::string& der, x509_st* certificate, StapledResponse* response, std::string* error);
// The same for the first certificate of a PEM text.
bool ReadStapledResponse(const std::string& der, const std::string& certificate_pem, StapledResponse* response, std::string* error);

// Handshakes of `context` give `response` to clients that ask, until it ends. It must outlive the context.
void Staple(ssl_ctx_st* context, const StapledResponse* response);

}  // namespace fastserve::tls
