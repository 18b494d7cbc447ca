#include "native/queue/record_writer.h"

#include <cstring>
#include <memory>

#include "native/net/socket_end.h"

namespace fastserve::queue {

PeerAddress FromIpAddress(const base::IpAddress& address, uint16_t port) {
  PeerAddress peer;
  peer.family = address.family;
  peer.port = port;
  std::memcpy(peer.address, address.bytes, sizeof peer.address);
  return peer;
}

PeerAddress FromSocketAddress(const sockaddr_storage& address) {
  const net::SocketEnd end = net::EndOf(address);
  return FromIpAddress(end.address, end.port);
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
  const uint32_t length = Align(head_size + body_bytes);
  const bool normalized = !parts.normalized_path.empty();
  const uint16_t path_offset = normalized ? static_cast<uint16_t>(parts.head_bytes.size()) : head.path_offset;

  // In its place, for a copy of what was written just before, field by field, would wait for it. Nothing is read back: the memory
  // is a worker's, too.
  RequestRecord& record = *std::construct_at(reinterpret_cast<RequestRecord*>(out));
  record.length = length;
  record.token = token;
  record.flags = parts.flags;
  record.route = parts.route;
  record.method = static_cast<uint8_t>(head.method);
  record.param_count = parts.param_count;
  record.method_length = head.method_length;
  record.field_count = head.field_count;
  record.target_offset = head.target_offset;
  record.target_length = head.target_length;
  record.path_offset = path_offset;
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

  uint8_t* cursor = out + sizeof record;
  std::memcpy(cursor, head.fields, fields_bytes);
  cursor += fields_bytes;
  for (uint8_t i = 0; i < parts.param_count; ++i) {
    const RecordParam param{static_cast<uint16_t>(path_offset + parts.params[i].offset), parts.params[i].length};
    std::memcpy(cursor, &param, sizeof param);
    cursor += sizeof param;
  }
  std::memcpy(cursor, parts.head_bytes.data(), parts.head_bytes.size());
  cursor += parts.head_bytes.size();
  if (normalized) std::memcpy(cursor, parts.normalized_path.data(), parts.normalized_path.size());
  return length;
}

namespace {

// Whether all fields and parameters of the record lie in the `room` bytes from its head on.
bool TablesFit(const RequestRecord& record, std::span<const uint8_t> bytes, uint64_t room) {
  const uint8_t* table = bytes.data() + sizeof record;
  for (uint16_t i = 0; i < record.field_count; ++i, table += sizeof(http::Field)) {
    http::Field field;
    std::memcpy(&field, table, sizeof field);
    if (uint64_t{field.name_offset} + field.name_length > room) return false;
    if (uint64_t{field.value_offset} + field.value_length > room) return false;
  }
  for (uint8_t i = 0; i < record.param_count; ++i, table += sizeof(RecordParam)) {
    RecordParam param;
    std::memcpy(&param, table, sizeof param);
    if (uint64_t{param.offset} + param.length > room) return false;
  }
  return true;
}

}  // namespace

bool RestoreRecord(uint32_t token, bool streamed, std::span<uint8_t> bytes) {
  RequestRecord record;
  if (bytes.size() < sizeof record) return false;
  std::memcpy(&record, bytes.data(), sizeof record);
  record.length = static_cast<uint32_t>(bytes.size());
  record.token = token;
  record.flags = (record.flags & ~(kFlagCancelled | kFlagBodyStream)) | (streamed ? kFlagBodyStream : 0);
  std::memcpy(bytes.data(), &record, sizeof record);
  const uint64_t tables = sizeof record + record.field_count * sizeof(http::Field) + record.param_count * sizeof(RecordParam);
  const bool is_request = (record.flags & kKindMask) == static_cast<uint32_t>(RequestKind::kRequest);
  if (!is_request || record.head_offset < tables || record.head_offset > bytes.size()) return false;
  if (record.body_offset > bytes.size()) return false;
  if (!streamed && record.body_length > bytes.size() - record.body_offset) return false;
  const uint64_t room = bytes.size() - record.head_offset;
  const auto fits = [room](uint64_t offset, uint64_t length) { return offset + length <= room; };
  return fits(0, record.method_length) && fits(record.target_offset, record.target_length) &&
         fits(record.path_offset, record.path_length) && fits(record.query_offset, record.query_length) &&
         fits(record.authority_offset, record.authority_length) && TablesFit(record, bytes, room);
}

}  // namespace fastserve::queue
