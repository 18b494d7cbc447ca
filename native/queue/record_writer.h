// Encodes one parsed request as a record. Pure; the I/O thread.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <span>
#include <string_view>

#include "native/base/ip_address.h"
#include "native/queue/layout.h"

namespace fastserve::queue {

struct PeerAddress {
  uint8_t family = 0;  // 0 none (unix socket), 4, 6
  uint16_t port = 0;
  uint8_t address[16] = {};  // network order
};
PeerAddress FromSocketAddress(const sockaddr_storage& address);
PeerAddress FromIpAddress(const base::IpAddress& address, uint16_t port);
base::IpAddress ToIpAddress(const PeerAddress& peer);

// What a record is made of. `path` is the decoded, normalised path when it differs from the raw one, else empty.
struct RequestParts {
  const http::RequestHead* head;
  std::string_view head_bytes;      // exactly head->head_length
  std::string_view normalized_path;
  const RecordParam* params = nullptr;  // offsets relative to the path
  uint8_t param_count = 0;
  uint16_t route = kRouteUnmatched;
  uint32_t flags = 0;
  const PeerAddress* peer;
};

// Bytes of the record without its inline body. At most kMaxRecordHeadBytes.
inline uint32_t RecordHeadSize(const RequestParts& parts) {
  return static_cast<uint32_t>(sizeof(RequestRecord) + parts.head->field_count * sizeof(http::Field) +
                               parts.param_count * sizeof(RecordParam) + parts.head_bytes.size() +
                               parts.normalized_path.size());
}

// Writes the record without its body: `length` is that of a record whose inline body has `body_bytes`, to be copied to
// record + body_offset by the caller. `out` is kAlignment-aligned with Align(RecordHeadSize + body_bytes) bytes.
// Returns the record's length.
uint32_t WriteRecord(const RequestParts& parts, uint32_t token, uint32_t body_bytes, uint64_t body_length, uint8_t* out);

// A record that WriteRecord had written, for the exchange `token` with content that is `streamed` or not, and that lay in memory where
// a worker could write since: puts right what is known. False: other numbers lead out of it, and it is of no use.
bool RestoreRecord(uint32_t token, bool streamed, std::span<uint8_t> record);

constexpr uint32_t kMaxRecordHeadBytes = sizeof(RequestRecord) + http::kMaxFields * sizeof(http::Field) +
                                         16 * sizeof(RecordParam) + 2 * http::kMaxHeadBytes;

}  // namespace fastserve::queue
