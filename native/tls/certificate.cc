#include "native/tls/certificate.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include "native/tls/errors.h"
#include "native/tls/owned.h"

namespace fastserve::tls {

namespace {

Owned<BIO> Reader(const std::string& pem) {
  return Owned<BIO>(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
}

// Never asks a terminal.
int NoPassphrase(char*, int, int, void*) { return -1; }

Owned<X509> NextCertificate(BIO* bio) {
  return Owned<X509>(PEM_read_bio_X509(bio, nullptr, &NoPassphrase, nullptr));
}

// Whether reading stopped because nothing more is there.
bool AtEnd() {
  const unsigned long code = ERR_peek_last_error();
  const bool end = ERR_GET_LIB(code) == ERR_LIB_PEM && ERR_GET_REASON(code) == PEM_R_NO_START_LINE;
  if (end) ERR_clear_error();
  return end;
}

bool Fail(const char* what, std::string* error) {
  *error = TakeError(what);
  return false;
}

}  // namespace

bool UseChain(SSL_CTX* context, const std::string& pem, std::string* error) {
  const auto bio = Reader(pem);
  const auto leaf = NextCertificate(bio.get());
  if (!leaf || SSL_CTX_use_certificate(context, leaf.get()) != 1) return Fail("the certificate cannot be used", error);
  while (auto next = NextCertificate(bio.get())) {
    if (SSL_CTX_add0_chain_cert(context, next.get()) != 1) return Fail("the chain cannot be used", error);
    static_cast<void>(next.release());
  }
  return AtEnd() || Fail("the chain cannot be read", error);
}

bool UseKey(SSL_CTX* context, const std::string& pem, std::string* error) {
  const auto bio = Reader(pem);
  const Owned<EVP_PKEY> key(PEM_read_bio_PrivateKey(bio.get(), nullptr, &NoPassphrase, nullptr));
  if (!key || SSL_CTX_use_PrivateKey(context, key.get()) != 1) return Fail("the key cannot be used", error);
  return SSL_CTX_check_private_key(context) == 1 || Fail("the key does not match the certificate", error);
}

bool TrustClientsOf(SSL_CTX* context, const std::string& pem, std::string* error) {
  const auto bio = Reader(pem);
  X509_STORE* store = SSL_CTX_get_cert_store(context);
  size_t count = 0;
  while (const auto authority = NextCertificate(bio.get())) {
    if (X509_STORE_add_cert(store, authority.get()) != 1 || SSL_CTX_add_client_CA(context, authority.get()) != 1) {
      return Fail("a certificate of ca cannot be used", error);
    }
    ++count;
  }
  if (!AtEnd() || count == 0) return Fail("ca cannot be read", error);
  return true;
}

}  // namespace fastserve::tls
