// Listeners as ServerObject has them: opened, added, taken away, with the certificates that they show.
#include <cerrno>
#include <cstring>
#include <string>

#include "native/addon/convert/listen.h"
#include "native/addon/server/server_object.h"

namespace fastserve::addon {

namespace {

const char* ErrnoName(int error) {
  switch (error) {
    case EADDRINUSE: return "EADDRINUSE";
    case EADDRNOTAVAIL: return "EADDRNOTAVAIL";
    case EACCES: return "EACCES";
    case EPERM: return "EPERM";
    case EINVAL: return "EINVAL";
    case EMFILE: return "EMFILE";
    case ENOENT: return "ENOENT";
    case ENAMETOOLONG: return "ENAMETOOLONG";
    case EAFNOSUPPORT: return "EAFNOSUPPORT";
    case ENOTSOCK: return "ENOTSOCK";
    case EEXIST: return "EEXIST";
    default: return "EIO";
  }
}

Napi::Error ListenFailure(Napi::Env env, const server::ListenError& failed) {
  const net::ListenAddress& address = failed.address;
  const std::string where =
      address.unix_path.empty() ? address.host + ":" + std::to_string(address.port) : address.unix_path;
  Napi::Error error = Napi::Error::New(env, failed.step + " " + where + ": " + std::strerror(failed.error));
  error.Set("code", ErrnoName(failed.error));
  error.Set("syscall", failed.step);
  error.Set("address", address.unix_path.empty() ? address.host : address.unix_path);
  if (address.unix_path.empty()) error.Set("port", Napi::Number::New(env, address.port));
  return error;
}

Napi::Object AddressObject(Napi::Env env, const server::BoundAddress& bound) {
  Napi::Object address = Napi::Object::New(env);
  if (bound.unix_path.empty()) {
    address.Set("host", bound.host);
    address.Set("port", Napi::Number::New(env, bound.port));
    if (bound.secure) address.Set("tls", true);
  } else {
    address.Set("unix", bound.unix_path);
  }
  return address;
}

}  // namespace

Napi::Value ServerObject::Listen(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (phase_ != Phase::kNew || !has_rings_) throw Napi::Error::New(env, "listen comes once, after setRings");
  std::string log_error;
  if (!server_->OpenLog(&log_error)) {
    Napi::Error error = Napi::Error::New(env, log_error);
    error.Set("code", "FASTSERVE_LOG");
    throw error;
  }
  server::ListenError failed;
  if (!server_->Listen(&failed)) {
    StopNow();
    throw ListenFailure(env, failed);
  }
  phase_ = Phase::kListening;
  Napi::Array addresses = Napi::Array::New(env);
  for (const server::BoundAddress& bound : server_->addresses()) addresses.Set(addresses.Length(), AddressObject(env, bound));
  return addresses;
}

// (listen): { listener, address }
Napi::Value ServerObject::AddListener(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (phase_ != Phase::kServing) throw Napi::Error::New(env, "addListener comes after start");
  if (!info[0].IsObject()) throw Napi::TypeError::New(env, "expected addListener(listen)");
  server::ListenError failed;
  if (!server_->AddListener(ListenFrom(info[0].As<Napi::Object>()), &failed)) throw ListenFailure(env, failed);
  Napi::Object added = Napi::Object::New(env);
  added.Set("listener", Napi::Number::New(env, static_cast<double>(server_->addresses().size() - 1)));
  added.Set("address", AddressObject(env, server_->addresses().back()));
  return added;
}

// (listener)
void ServerObject::OpenListener(const Napi::CallbackInfo& info) {
  if (phase_ != Phase::kServing) throw Napi::Error::New(info.Env(), "openListener comes after start");
  const uint32_t listener = ListenerOf(info);
  if (server_->IsSecure(listener) && !server_->HasTls()) throw Napi::Error::New(info.Env(), "openListener comes after setTls");
  server_->OpenListener(listener);
}

// (listener)
void ServerObject::RemoveListener(const Napi::CallbackInfo& info) {
  if (phase_ == Phase::kServing) server_->RemoveListener(ListenerOf(info));
}

uint32_t ServerObject::ListenerOf(const Napi::CallbackInfo& info) {
  const double listener = info[0].IsNumber() ? info[0].As<Napi::Number>().DoubleValue() : -1;
  if (!(listener >= 0 && listener < static_cast<double>(server_->addresses().size()))) {
    throw Napi::RangeError::New(info.Env(), "no such listener");
  }
  return static_cast<uint32_t>(listener);
}

// (listener, tls)
void ServerObject::SetTls(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const uint32_t listener = info[0].IsNumber() ? info[0].As<Napi::Number>().Uint32Value() : ~0u;
  if (!server_ || !server_->IsSecure(listener)) throw Napi::RangeError::New(env, "no such TLS listener");
  if (!info[1].IsObject()) throw Napi::TypeError::New(env, "expected setTls(listener, tls)");
  std::string error;
  if (!server_->SetTls(listener, TlsFrom(info[1].As<Napi::Object>()), &error)) throw Napi::Error::New(env, error);
}

}  // namespace fastserve::addon
