// OCSP responses from bytes: made here by OpenSSL, then cut and changed.
#include "native/tls/stapled_response.h"

#include <openssl/x509.h>

#include <string>

#include "native/tls/owned.h"
#include "test/native/testing.h"

using namespace fastserve::tls;

namespace {

struct Authority {
  Owned<EVP_PKEY> key{EVP_EC_gen("P-256")};
  Owned<X509> certificate = Certificate(1);

  Owned<X509> Certificate(long number) const {
    Owned<X509> made(X509_new());
    ASN1_INTEGER_set(X509_get_serialNumber(made.get()), number);
    X509_gmtime_adj(X509_getm_notBefore(made.get()), 0);
    X509_gmtime_adj(X509_getm_notAfter(made.get()), 3600);
    X509_set_pubkey(made.get(), key.get());
    X509_NAME_add_entry_by_txt(X509_get_subject_name(made.get()), "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("a"), -1, -1, 0);
    X509_set_issuer_name(made.get(), X509_get_subject_name(made.get()));
    X509_sign(made.get(), key.get(), EVP_sha256());
    return made;
  }

  // Of one certificate; `end_s` is Unix time, 0 for none.
  std::string Response(const X509* of, int status, int64_t end_s) const {
    const Owned<OCSP_BASICRESP> basic(OCSP_BASICRESP_new());
    OCSP_CERTID* const id = OCSP_cert_to_id(nullptr, of, certificate.get());
    ASN1_TIME* const begin = ASN1_GENERALIZEDTIME_set(nullptr, 1'000'000'000);
    ASN1_TIME* const end = end_s == 0 ? nullptr : ASN1_GENERALIZEDTIME_set(nullptr, end_s);
    OCSP_basic_add1_status(basic.get(), id, status, OCSP_REVOKED_STATUS_KEYCOMPROMISE, begin, begin, end);
    OCSP_basic_sign(basic.get(), certificate.get(), key.get(), EVP_sha256(), nullptr, 0);
    OCSP_CERTID_free(id);
    ASN1_TIME_free(begin);
    ASN1_TIME_free(end);
    const Owned<OCSP_RESPONSE> response(OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic.get()));
    unsigned char* bytes = nullptr;
    const int size = i2d_OCSP_RESPONSE(response.get(), &bytes);
    std::string der(reinterpret_cast<const char*>(bytes), static_cast<size_t>(size));
    OPENSSL_free(bytes);
    return der;
  }
};

std::string ErrorOf(const std::string& der, X509* certificate) {
  StapledResponse response;
  std::string error;
  CHECK(!ReadStapledResponse(der, certificate, &response, &error));
  CHECK(response.der.empty());
  return error;
}

}  // namespace

TEST("a response that says good is kept with its end") {
  const Authority authority;
  const auto site = authority.Certificate(77);
  const std::string der = authority.Response(site.get(), V_OCSP_CERTSTATUS_GOOD, 2'000'000'000);
  StapledResponse response;
  std::string error;
  REQUIRE(ReadStapledResponse(der, site.get(), &response, &error));
  CHECK(response.der == der);
  CHECK(response.end_s == 2'000'000'000);
}

TEST("a response without an end has none") {
  const Authority authority;
  const auto site = authority.Certificate(77);
  StapledResponse response;
  std::string error;
  REQUIRE(ReadStapledResponse(authority.Response(site.get(), V_OCSP_CERTSTATUS_GOOD, 0), site.get(), &response, &error));
  CHECK(response.end_s == std::numeric_limits<int64_t>::max());
}

TEST("a response that says anything else is refused by its word") {
  const Authority authority;
  const auto site = authority.Certificate(77);
  CHECK(ErrorOf(authority.Response(site.get(), V_OCSP_CERTSTATUS_REVOKED, 0), site.get()) == "it says that the certificate is revoked");
  CHECK(ErrorOf(authority.Response(site.get(), V_OCSP_CERTSTATUS_UNKNOWN, 0), site.get()) == "it says that the certificate is unknown");
}

TEST("a response about another number is refused") {
  const Authority authority;
  const auto site = authority.Certificate(77);
  const auto other = authority.Certificate(78);
  CHECK(ErrorOf(authority.Response(other.get(), V_OCSP_CERTSTATUS_GOOD, 0), site.get()) == "it is about another certificate");
}

TEST("a response that is cut anywhere, or has bytes behind it, is refused") {
  const Authority authority;
  const auto site = authority.Certificate(77);
  const std::string der = authority.Response(site.get(), V_OCSP_CERTSTATUS_GOOD, 0);
  for (size_t size = 0; size < der.size(); ++size) CHECK(!ErrorOf(der.substr(0, size), site.get()).empty());
  CHECK(ErrorOf(der + '\0', site.get()) == "it is no OCSP response in DER form");
}

TEST("a response with any byte changed is read or refused, and nothing else") {
  const Authority authority;
  const auto site = authority.Certificate(77);
  const std::string der = authority.Response(site.get(), V_OCSP_CERTSTATUS_GOOD, 2'000'000'000);
  for (size_t at = 0; at < der.size(); ++at) {
    for (const int change : {0x01, 0x80, 0xFF}) {
      std::string changed = der;
      changed[at] = static_cast<char>(changed[at] ^ change);
      StapledResponse response;
      std::string error;
      const bool read = ReadStapledResponse(changed, site.get(), &response, &error);
      CHECK(read == error.empty());
    }
  }
}
