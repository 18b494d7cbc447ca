#include "native/http/multipart_ranges.h"

#include <charconv>

namespace fastserve::http {
namespace {

void AppendNumber(uint64_t value, std::string* out) {
  char digits[20];
  out->append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
}

}  // namespace

void AppendContentRange(const ByteRange& range, uint64_t size, std::string* fields) {
  fields->append("Content-Range: bytes ");
  AppendNumber(range.first, fields);
  fields->push_back('-');
  AppendNumber(range.first + range.length - 1, fields);
  fields->push_back('/');
  AppendNumber(size, fields);
  fields->append("\r\n");
}

void AppendUnsatisfiedRange(uint64_t size, std::string* fields) {
  fields->append("Content-Range: bytes */");
  AppendNumber(size, fields);
  fields->append("\r\n");
}

void AppendMultipartType(std::string_view boundary, std::string* fields) {
  fields->append("Content-Type: multipart/byteranges; boundary=").append(boundary).append("\r\n");
}

void AppendPartHead(std::string_view boundary, std::string_view content_type, const ByteRange& range, uint64_t size,
                    bool is_first, std::string* out) {
  if (!is_first) out->append("\r\n");
  out->append("--").append(boundary).append("\r\n");
  if (!content_type.empty()) out->append("Content-Type: ").append(content_type).append("\r\n");
  AppendContentRange(range, size, out);
  out->append("\r\n");
}

void AppendMultipartEnd(std::string_view boundary, std::string* out) {
  out->append("\r\n--").append(boundary).append("--\r\n");
}

}  // namespace fastserve::http
