#include "native/http/conditional/multipart_ranges.h"

#include <charconv>

#include "native/base/bytes.h"

namespace fastserve::http {
namespace {

constexpr size_t kMostDigits = 20;
constexpr std::string_view kRangeLine = "Content-Range: bytes ";

char* PutNumber(char* to, uint64_t value) { return std::to_chars(to, to + kMostDigits, value).ptr; }

}  // namespace

void AppendContentRange(const ByteRange& range, uint64_t size, std::string* fields) {
  char line[kRangeLine.size() + 3 * kMostDigits + 4];  // appended at once: each range passes here
  char* end = base::Put(line, kRangeLine);
  end = PutNumber(end, range.first);
  *end++ = '-';
  end = PutNumber(end, range.first + range.length - 1);
  *end++ = '/';
  end = base::Put(PutNumber(end, size), "\r\n");
  fields->append(line, static_cast<size_t>(end - line));
}

void AppendUnsatisfiedRange(uint64_t size, std::string* fields) {
  char digits[kMostDigits];
  const char* const end = PutNumber(digits, size);
  fields->append(kRangeLine).append("*/").append(digits, static_cast<size_t>(end - digits)).append("\r\n");
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
