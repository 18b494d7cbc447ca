#include "native/proxy/response_parser.h"

#include <algorithm>

#include "native/base/bytes.h"
#include "native/http/grammar/character_class.h"
#include "native/http/grammar/decimal.h"
#include "native/http/request/field_section.h"
#include "native/http/response/response_head.h"

namespace fastserve::proxy {

namespace {

using http::FieldId;
using http::ParseStatus;

constexpr std::string_view kVersionStart = "HTTP/1.";
constexpr size_t kLongestReason = 512;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// "HTTP/1.x SSS[ reason]" CRLF at the start of `input`; *next becomes the offset behind it. Every byte is judged as soon as
// it is there: what is not HTTP is not waited for.
ParseStatus ParseStatusLine(std::string_view input, ResponseHead* head, size_t* next) {
  const size_t common = std::min(input.size(), kVersionStart.size());
  if (input.substr(0, common) != kVersionStart.substr(0, common)) return ParseStatus::kBad;
  const auto at = [&](size_t i) { return i < input.size() ? input[i] : '\0'; };
  if (input.size() > 7 && !IsDigit(at(7))) return ParseStatus::kBad;
  if (input.size() > 8 && at(8) != ' ') return ParseStatus::kBad;
  for (size_t i = 9; i < std::min<size_t>(12, input.size()); ++i) {
    if (!IsDigit(input[i])) return ParseStatus::kBad;
  }
  if (input.size() < 13) return ParseStatus::kPartial;
  // A higher minor version is taken for the highest that is known (RFC 9110 2.5).
  head->minor_version = input[7] == '0' ? 0 : 1;
  head->status = static_cast<uint16_t>((input[9] - '0') * 100 + (input[10] - '0') * 10 + (input[11] - '0'));
  if (head->status < 100 || head->status > 599) return ParseStatus::kBad;
  // RFC 9112 4 wants the space even without a reason; its absence is common and harmless.
  if (input[12] != ' ' && input[12] != '\r') return ParseStatus::kBad;
  size_t end = 12;
  while (end < input.size() && http::Is(http::kFieldValueByte, input[end])) ++end;
  if (end - 12 > kLongestReason) return ParseStatus::kBad;
  if (end == input.size()) return ParseStatus::kPartial;
  if (input[end] != '\r') return ParseStatus::kBad;
  if (end + 1 == input.size()) return ParseStatus::kPartial;
  if (input[end + 1] != '\n') return ParseStatus::kBad;
  *next = end + 2;
  return ParseStatus::kDone;
}

std::string_view ValueOf(const char* begin, const http::Field& field) {
  return {begin + field.value_offset, field.value_length};
}

// RFC 9112 6.3, without its latitude.
bool InterpretFraming(const char* begin, const http::SpecialFields& special, bool to_head, ResponseHead* head) {
  const uint16_t lengths = special.Count(FieldId::kContentLength);
  const uint16_t codings = special.Count(FieldId::kTransferEncoding);
  head->content_length = -1;
  head->framing = ResponseFraming::kClose;
  if (lengths > 1 || codings > 1 || (lengths > 0 && codings > 0)) return false;
  if (lengths == 1) {
    uint64_t length = 0;
    if (!http::ParseDecimal(ValueOf(begin, head->fields[special.First(FieldId::kContentLength)]), &length)) return false;
    head->content_length = static_cast<int64_t>(length);
    head->framing = ResponseFraming::kLength;
  } else if (codings == 1) {
    const std::string_view coding = ValueOf(begin, head->fields[special.First(FieldId::kTransferEncoding)]);
    if (head->minor_version == 0 || !base::EqualsIgnoreCase(coding, "chunked")) return false;
    head->framing = ResponseFraming::kChunked;
  }
  if (to_head || http::StatusForbidsBody(head->status)) head->framing = ResponseFraming::kNone;
  return true;
}

bool SaysClose(const char* begin, const http::SpecialFields& special, const ResponseHead& head) {
  if (special.Count(FieldId::kConnection) == 0) return false;
  for (uint16_t i = special.First(FieldId::kConnection); i < head.field_count; ++i) {
    if (head.fields[i].name_id != static_cast<uint8_t>(FieldId::kConnection)) continue;
    std::string_view options = ValueOf(begin, head.fields[i]);
    while (!options.empty()) {
      const size_t comma = std::min(options.find(','), options.size());
      if (base::EqualsIgnoreCase(base::TrimOws(options.substr(0, comma)), "close")) return true;
      options.remove_prefix(std::min(comma + 1, options.size()));
    }
  }
  return false;
}

}  // namespace

ParseStatus ParseResponseHead(std::string_view input, bool to_head, ResponseHead* head) {
  const bool full = input.size() >= kResponseLimits.head;
  const std::string_view window = input.substr(0, kResponseLimits.head);
  size_t offset = 0;
  const ParseStatus line = ParseStatusLine(window, head, &offset);
  if (line != ParseStatus::kDone) return line;
  http::SpecialFields special;
  const http::ParseResult fields = http::ParseFieldSection(window, offset, kResponseLimits, head, &special);
  if (fields.status == ParseStatus::kPartial) return full ? ParseStatus::kBad : ParseStatus::kPartial;
  if (fields.status == ParseStatus::kBad) return ParseStatus::kBad;
  if (!InterpretFraming(window.data(), special, to_head, head)) return ParseStatus::kBad;
  // HTTP/1.0 has no persistence that could be relied on.
  head->keep_alive =
      head->minor_version == 1 && head->framing != ResponseFraming::kClose && !SaysClose(window.data(), special, *head);
  return ParseStatus::kDone;
}

}  // namespace fastserve::proxy
