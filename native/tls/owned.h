// OpenSSL's objects with an owner.
#pragma once

#include <openssl/evp.h>
#include <openssl/ocsp.h>
#include <openssl/ssl.h>

#include <memory>

namespace fastserve::tls {

struct Free {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(OCSP_RESPONSE* response) const { OCSP_RESPONSE_free(response); }
  void operator()(OCSP_BASICRESP* response) const { OCSP_BASICRESP_free(response); }
};

template <typename Object>
using Owned = std::unique_ptr<Object, Free>;

}  // namespace fastserve::tls
