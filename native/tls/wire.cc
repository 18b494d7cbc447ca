#include "native/tls/wire.h"

#include <openssl/bio.h>

#include <algorithm>
#include <cstring>

namespace fastserve::tls {

namespace {

Wire& WireOf(BIO* bio) { return *static_cast<Wire*>(BIO_get_data(bio)); }

int Read(BIO* bio, char* into, int size) {
  std::string_view& input = WireOf(bio).input;
  BIO_clear_retry_flags(bio);
  if (input.empty()) {
    BIO_set_retry_read(bio);
    return -1;
  }
  const size_t taken = std::min(input.size(), static_cast<size_t>(size));
  std::memcpy(into, input.data(), taken);
  input.remove_prefix(taken);
  return static_cast<int>(taken);
}

int Write(BIO* bio, const char* from, int size) {
  BIO_clear_retry_flags(bio);
  WireOf(bio).sink->append(from, static_cast<size_t>(size));
  return size;
}

long Control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

BIO_METHOD* MakeMethod() {
  BIO_METHOD* const method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "fastserve wire");
  if (method == nullptr) return nullptr;
  BIO_meth_set_read(method, &Read);
  BIO_meth_set_write(method, &Write);
  BIO_meth_set_ctrl(method, &Control);
  return method;
}

}  // namespace

BIO* NewWireBio(Wire* wire) {
  static BIO_METHOD* const method = MakeMethod();  // for the process: connections may end with it
  BIO* const bio = method == nullptr ? nullptr : BIO_new(method);
  if (bio == nullptr) return nullptr;
  BIO_set_data(bio, wire);
  BIO_set_init(bio, 1);
  return bio;
}

}  // namespace fastserve::tls
