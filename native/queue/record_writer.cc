#include "native/queue/record_writer.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <cstring>

namespace fastserve::queue {

PeerAddress FromSocketAddress(const sockaddr_storage& address) {
  PeerAddress peer;
  if (address.ss_family == AF_INET) {
    const auto& in = reinterpret_cast<const sockaddr_in&>(address);
    peer.family = 4;
    peer.port = ntohs(in.sin_port);
    std::memcpy(peer.address, &in.sin_addr, 4);
  } else if (address.ss_family == AF_INET6) {
    const auto& in6 = reinterpret_cast<const sockaddr_in6&>(address);
    peer.family = 6;
    peer.port = ntohs(in6.sin6_port);
    std::memcpy(peer.address, &in6.sin6_addr, 16);
  }
  return peer;
}

PeerAddress FromIpAddress(const base::IpAddress& address, uint16_t port) {
  PeerAddress peer;
  peer.family = address.family;
  peer.port = port;
  std::memcpy(peer.address, address.bytes, sizeof peer.address);
  return peer;
}

base::IpAddress ToIpAddress(const PeerAddress& peer) {
  base::IpAddress address;
  address.family = peer.family;
  std::memcpy(address.bytes, peer.address, sizeof address.bytes);
  return address;
}

uint32_t WriteRecord(const RequestParts& parts, uint32_t token, uint32_t body_bytes, uint64_t body_length, uint8_t* out) {
  const http::RequestHead& head = *parts.head;
  const uint32_t fields_bytes = head.field_count * static_cast<uint32_t>(sizeof(http::Field));
  const uint32_t params_bytes = parts.param_count * static_cast<uint32_t>(sizeof(RecordParam));
  const uint32_t head_size = RecordHeadSize(parts);
  const bool normalized = !parts.normalized_path.empty();

  RequestRecord record{};
  record.length = Align(head_size + body_bytes);
  record.token = token;
  record.flags = parts.flags;
  record.route = parts.route;
  record.method = static_cast<uint8_t>(head.method);
  record.param_count = parts.param_count;
  record.method_length = head.method_length;
  record.field_count = head.field_count;
  record.target_offset = head.target_offset;
  record.target_length = head.target_length;
  record.path_offset = normalized ? static_cast<uint16_t>(parts.head_bytes.size()) : head.path_offset;
  record.path_length = normalized ? static_cast<uint16_t>(parts.normalized_path.size()) : head.path_length;
  record.query_offset = head.query_offset;
  record.query_length = head.query_length;
  record.authority_offset = head.authority_offset;
  record.authority_length = head.authority_length;
  record.peer_port = parts.peer->port;
  record.peer_family = parts.peer->family;
  std::memcpy(record.peer_address, parts.peer->address, sizeof record.peer_address);
  record.head_offset = static_cast<uint32_t>(sizeof(RequestRecord)) + fields_bytes + params_bytes;
  record.body_offset = head_size;
  record.body_length = body_length;

  std::memcpy(out, &record, sizeof record);
  uint8_t* cursor = out + sizeof record;
  std::memcpy(cursor, head.fields, fields_bytes);
  cursor += fields_bytes;
  for (uint8_t i = 0; i < parts.param_count; ++i) {
    const RecordParam param{static_cast<uint16_t>(record.path_offset + parts.params[i].offset), parts.params[i].length};
    std::memcpy(cursor, &param, sizeof param);
    cursor += sizeof param;
  }
  std::memcpy(cursor, parts.head_bytes.data(), parts.head_bytes.size());
  cursor += parts.head_bytes.size();
  if (normalized) std::memcpy(cursor, parts.normalized_path.data(), parts.normalized_path.size());
  return record.length;
}

}  // namespace fastserve::queue
