// How OpenSSL sees a connection: it reads from bytes that were received and writes to bytes that are to be sent. No copy on
// the way in, one on the way out, no system call.
#pragma once

#include <string>
#include <string_view>

struct bio_st;

namespace fastserve::tls {

struct Wire {
  std::string_view input;       // received and not read yet; empty means "later"
  std::string* sink = nullptr;  // records are appended here; never null while OpenSSL runs
};

// A BIO over `wire`, which must outlive it. nullptr without memory. The caller owns it until an SSL takes it.
bio_st* NewWireBio(Wire* wire);

}  // namespace fastserve::tls
