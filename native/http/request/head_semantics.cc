// RFC 9112 3.2 (Host), 6.1 to 6.3 (framing), 9.3 (persistence); RFC 9110 10.1.1 (Expect).
#include "native/http/request/head_semantics.h"

#include <algorithm>

#include "native/base/bytes.h"
#include "native/http/grammar/authority.h"
#include "native/http/grammar/character_class.h"
#include "native/http/grammar/decimal.h"

namespace fastserve::http {

namespace {

std::string_view ValueOf(const char* begin, const Field& field) {
  return {begin + field.value_offset, field.value_length};
}

HttpError InterpretHost(const char* begin, const SpecialFields& special, RequestHead* head) {
  const uint16_t count = special.Count(FieldId::kHost);
  if (count > 1 || (count == 0 && head->minor_version == 1)) return HttpError::kBadHost;
  if (count == 0) return HttpError::kNone;
  const Field& field = head->fields[special.First(FieldId::kHost)];
  if (field.value_length == 0) return head->minor_version == 1 ? HttpError::kBadHost : HttpError::kNone;
  const std::string_view host = ValueOf(begin, field);
  if (!head->known_host.Is(host)) {
    if (!IsAuthority(host, PortRule::kOptional)) return HttpError::kBadHost;
    head->known_host.Remember(host);
  }
  if (head->form != TargetForm::kAbsolute) {
    head->authority_offset = field.value_offset;
    head->authority_length = field.value_length;
  }
  return HttpError::kNone;
}

// The verdict on a Transfer-Encoding value that is not "chunked": a list of other codings is understood but not
// supported, anything else could be framed otherwise by another implementation.
HttpError RefuseCodings(std::string_view codings) {
  int chunked = 0;
  while (true) {
    const size_t comma = codings.find(',');
    const std::string_view coding = base::TrimOws(codings.substr(0, comma));
    const char* const end = coding.data() + coding.size();
    if (coding.empty() || SkipClass(kTokenByte, coding.data(), end) != end) return HttpError::kBadTransferEncoding;
    if (base::EqualsIgnoreCase(coding, "chunked") && ++chunked > 1) return HttpError::kBadTransferEncoding;
    if (comma == std::string_view::npos) return HttpError::kUnsupportedCoding;
    codings.remove_prefix(comma + 1);
  }
}

HttpError InterpretFraming(const char* begin, const SpecialFields& special, RequestHead* head) {
  const uint16_t lengths = special.Count(FieldId::kContentLength);
  const uint16_t codings = special.Count(FieldId::kTransferEncoding);
  head->framing = BodyFraming::kNone;
  head->content_length = 0;
  if (lengths == 0 && codings == 0) return HttpError::kNone;
  if (lengths > 0 && codings > 0) return HttpError::kConflictingFraming;
  if (lengths > 0) {
    const std::string_view value = ValueOf(begin, head->fields[special.First(FieldId::kContentLength)]);
    if (lengths > 1 || !ParseDecimal(value, &head->content_length)) return HttpError::kBadContentLength;
    head->framing = BodyFraming::kLength;
    return HttpError::kNone;
  }
  if (codings > 1 || head->minor_version == 0) return HttpError::kBadTransferEncoding;
  const std::string_view value = ValueOf(begin, head->fields[special.First(FieldId::kTransferEncoding)]);
  if (!base::EqualsIgnoreCase(value, "chunked")) return RefuseCodings(value);
  head->framing = BodyFraming::kChunked;
  return HttpError::kNone;
}

// All Connection lines are one list; "close" wins over "keep-alive" (RFC 9112 9.3).
void InterpretConnection(const char* begin, const SpecialFields& special, RequestHead* head) {
  head->keep_alive = head->minor_version == 1;
  if (special.Count(FieldId::kConnection) == 0) return;
  bool close = false;
  for (uint16_t i = special.First(FieldId::kConnection); i < head->field_count; ++i) {
    if (head->fields[i].name_id != static_cast<uint8_t>(FieldId::kConnection)) continue;
    std::string_view options = ValueOf(begin, head->fields[i]);
    while (!options.empty()) {
      const size_t comma = std::min(options.find(','), options.size());
      const std::string_view option = base::TrimOws(options.substr(0, comma));
      close |= base::EqualsIgnoreCase(option, "close");
      head->keep_alive |= base::EqualsIgnoreCase(option, "keep-alive");
      options.remove_prefix(std::min(comma + 1, options.size()));
    }
  }
  if (close) head->keep_alive = false;
}

HttpError InterpretExpect(const char* begin, const SpecialFields& special, RequestHead* head) {
  head->expect_continue = false;
  const uint16_t count = special.Count(FieldId::kExpect);
  if (count == 0 || head->minor_version == 0) return HttpError::kNone;
  const std::string_view value = ValueOf(begin, head->fields[special.First(FieldId::kExpect)]);
  if (count > 1 || !base::EqualsIgnoreCase(value, "100-continue")) return HttpError::kExpectationFailed;
  head->expect_continue = head->framing == BodyFraming::kChunked || head->content_length > 0;
  return HttpError::kNone;
}

}  // namespace

HttpError InterpretHead(const char* begin, const SpecialFields& special, RequestHead* head) {
  HttpError error = InterpretHost(begin, special, head);
  if (error != HttpError::kNone) return error;
  error = InterpretFraming(begin, special, head);
  if (error != HttpError::kNone) return error;
  InterpretConnection(begin, special, head);
  return InterpretExpect(begin, special, head);
}

}  // namespace fastserve::http
