#include "native/tls/stapled_response.h"

#include <openssl/err.h>
#include <openssl/ocsp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <ctime>

#include "native/tls/owned.h"

namespace fastserve::tls {

namespace {

bool Refuse(std::string text, std::string* error) {
  ERR_clear_error();
  *error = std::move(text);
  return false;
}

// nullptr with a text in *error.
Owned<OCSP_BASICRESP> Parse(const std::string& der, std::string* error) {
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  const auto* const end = at + der.size();
  const Owned<OCSP_RESPONSE> response(d2i_OCSP_RESPONSE(nullptr, &at, static_cast<long>(der.size())));
  if (!response || at != end) {
    Refuse("it is no OCSP response in DER form", error);
    return nullptr;
  }
  const int status = OCSP_response_status(response.get());
  if (status != OCSP_RESPONSE_STATUS_SUCCESSFUL) {
    Refuse(std::string("the authority refused to answer: ") + OCSP_response_status_str(status), error);
    return nullptr;
  }
  Owned<OCSP_BASICRESP> basic(OCSP_response_get1_basic(response.get()));
  if (!basic) Refuse("it has no basic OCSP response", error);
  return basic;
}

// By its number alone: who issued it is known by a digest of a certificate that need not be here.
OCSP_SINGLERESP* Find(OCSP_BASICRESP* basic, const X509* certificate) {
  for (int i = 0; i < OCSP_resp_count(basic); ++i) {
    OCSP_SINGLERESP* const single = OCSP_resp_get0(basic, i);
    ASN1_INTEGER* number = nullptr;
    auto* const id = const_cast<OCSP_CERTID*>(OCSP_SINGLERESP_get0_id(single));
    if (OCSP_id_get0_info(nullptr, nullptr, nullptr, &number, id) != 1) continue;
    if (ASN1_INTEGER_cmp(number, X509_get0_serialNumber(certificate)) == 0) return single;
  }
  return nullptr;
}

bool UnixTime(const ASN1_GENERALIZEDTIME* time, int64_t* seconds) {
  std::tm fields{};
  if (ASN1_TIME_to_tm(time, &fields) != 1) return false;
  *seconds = ::timegm(&fields);
  return true;
}

int OnStatusRequest(SSL* ssl, void* stapled) {
  const auto& response = *static_cast<const StapledResponse*>(stapled);
  if (::time(nullptr) >= response.end_s) return SSL_TLSEXT_ERR_NOACK;
  auto* const copy = static_cast<unsigned char*>(OPENSSL_memdup(response.der.data(), response.der.size()));
  if (copy == nullptr) return SSL_TLSEXT_ERR_NOACK;
  SSL_set_tlsext_status_ocsp_resp(ssl, copy, static_cast<long>(response.der.size()));
  return SSL_TLSEXT_ERR_OK;
}

}  // namespace

bool ReadStapledResponse(const std::string& der, X509* certificate, StapledResponse* response, std::string* error) {
  const Owned<OCSP_BASICRESP> basic = Parse(der, error);
  if (!basic) return false;
  OCSP_SINGLERESP* const single = Find(basic.get(), certificate);
  if (single == nullptr) return Refuse("it is about another certificate", error);
  ASN1_GENERALIZEDTIME* end = nullptr;
  const int status = OCSP_single_get0_status(single, nullptr, nullptr, nullptr, &end);
  if (status != V_OCSP_CERTSTATUS_GOOD) {
    return Refuse(std::string("it says that the certificate is ") + OCSP_cert_status_str(status), error);
  }
  StapledResponse read{der};
  if (end != nullptr && !UnixTime(end, &read.end_s)) return Refuse("its nextUpdate is no time", error);
  *response = std::move(read);
  return true;
}

bool ReadStapledResponse(const std::string& der, const std::string& certificate_pem, StapledResponse* response, std::string* error) {
  const Owned<BIO> bio(BIO_new_mem_buf(certificate_pem.data(), static_cast<int>(certificate_pem.size())));
  const Owned<X509> certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  return certificate ? ReadStapledResponse(der, certificate.get(), response, error) : Refuse("there is no certificate", error);
}

void Staple(SSL_CTX* context, const StapledResponse* response) {
  SSL_CTX_set_tlsext_status_cb(context, &OnStatusRequest);
  SSL_CTX_set_tlsext_status_arg(context, const_cast<StapledResponse*>(response));
}

}  // namespace fastserve::tls
