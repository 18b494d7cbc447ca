// What must hold of a uwsgi packet whatever the head says: for the fuzzer and for the test that runs its seeds.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "native/proxy/uwsgi_request.h"

namespace fuzz {

inline size_t ReadLittle(std::string_view bytes, size_t at) {
  return static_cast<unsigned char>(bytes[at]) | static_cast<size_t>(static_cast<unsigned char>(bytes[at + 1])) << 8;
}

// "" when the packet says one thing to every reader: its size is that of its variables, they end where it ends, and no name
// comes twice or is one that a client may not set.
inline std::string FindUwsgiFault(std::string_view head) {
  std::string packet = "before";
  const fastserve::proxy::UwsgiFacts facts{"/path", "https", "192.0.2.1", 7};
  if (!fastserve::proxy::AppendUwsgiRequest(head, facts, &packet)) return packet == "before" ? "" : "a refused packet left bytes";
  const std::string_view bytes = std::string_view(packet).substr(6);
  if (bytes.size() < 4 || bytes[0] != 0 || bytes[3] != 0) return "modifiers";
  if (ReadLittle(bytes, 1) != bytes.size() - 4) return "the size is not that of the variables";
  std::set<std::string> names;
  std::string content_length;
  for (size_t at = 4; at < bytes.size();) {
    std::string_view parts[2];
    for (std::string_view& part : parts) {
      if (at + 2 > bytes.size()) return "a length beyond the end";
      const size_t length = ReadLittle(bytes, at);
      at += 2;
      if (length > bytes.size() - at) return "a text beyond the end";
      part = bytes.substr(at, length);
      at += length;
    }
    if (!names.emplace(parts[0]).second) return "a name twice: " + std::string(parts[0]);
    if (parts[0] == "HTTP_PROXY") return "a name that clients may not set";
    if (parts[0] == "CONTENT_LENGTH") content_length = parts[1];
  }
  return content_length == "7" ? "" : "another length than the content's";
}

}  // namespace fuzz
