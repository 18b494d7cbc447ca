#include "native/addon/convert/listen.h"

#include "native/addon/convert/gate.h"
#include "native/addon/convert/values.h"
#include "native/tls/stapled_response.h"

namespace fastserve::addon {

namespace {

net::ListenAddress AddressFrom(const Napi::Object& from) {
  net::ListenAddress address;
  if (Get(from, "fd").IsNumber()) {
    address.descriptor = Whole<int>(from, "fd", 2147483647);
    address.proxy_protocol = Flag(from, "proxyProtocol");
    return address;
  }
  if (from.Has("unix") && Get(from, "unix").IsString()) {
    address.unix_path = Text(from, "unix");
    address.proxy_protocol = Flag(from, "proxyProtocol");
    return address;
  }
  address.host = Text(from, "host");
  address.port = Whole<uint16_t>(from, "port", 65535);
  address.proxy_protocol = Flag(from, "proxyProtocol");
  return address;
}

std::string Bytes(const Napi::Value& array) {
  size_t size = 0;
  const uint8_t* const bytes = BytesOf(array, &size);
  return size == 0 ? std::string() : std::string(reinterpret_cast<const char*>(bytes), size);
}

}  // namespace

server::ListenOptions ListenFrom(const Napi::Object& from) {
  return {AddressFrom(from), OptionalFlag(from, "tls"), OptionalFlag(from, "redirect"), PeersFrom(Child(from, "announcers")),
          OptionalFlag(from, "shared")};
}

tls::ContextOptions TlsFrom(const Napi::Object& from) {
  tls::ContextOptions options;
  ForEach(Child(from, "certificates"), [&](const Napi::Value& value) {
    const Napi::Object entry = value.As<Napi::Object>();
    tls::CertificateOptions certificate;
    certificate.names = Texts(entry, "names");
    certificate.chain_pem = Text(entry, "cert");
    certificate.key_pem = Text(entry, "key");
    certificate.ocsp_der = Bytes(Get(entry, "ocsp"));
    options.certificates.push_back(std::move(certificate));
  });
  options.ca_pem = Text(from, "ca");
  const std::string clients = Text(from, "clientCertificates");
  if (clients == "request") options.client_certificates = tls::ClientCertificates::kRequest;
  if (clients == "require") options.client_certificates = tls::ClientCertificates::kRequire;
  options.tls13_only = Text(from, "minVersion") == "TLSv1.3";
  return options;
}

Napi::Value OcspEnd(const Napi::CallbackInfo& info) {
  if (!info[1].IsString()) throw Napi::TypeError::New(info.Env(), "expected ocspEnd(response, certificate)");
  tls::StapledResponse response;
  std::string error;
  if (!tls::ReadStapledResponse(Bytes(info[0]), info[1].As<Napi::String>().Utf8Value(), &response, &error)) {
    return Napi::String::New(info.Env(), error);
  }
  return Napi::Number::New(info.Env(), static_cast<double>(response.end_s) * 1000);
}

}  // namespace fastserve::addon
