// The Date field and the check of an application's field block.
#include "native/http/response/response_head.h"

#include "native/base/bytes.h"
#include "native/http/fields/field_lookup.h"
#include "native/http/grammar/date.h"
#include "native/http/grammar/decimal.h"
#include "native/http/grammar/scan.h"

namespace fastserve::http {

namespace {

struct Line {
  std::string_view name;
  std::string_view value;  // without OWS
  size_t length = 0;       // with CRLF
};

// Reads the line at the start of `block`.
FieldBlockStatus ReadLine(std::string_view block, Line* line) {
  const char* const begin = block.data();
  const char* const end = begin + block.size();
  const char* const colon = SkipClass(kTokenByte, begin, end);
  if (colon == end || *colon == '\r' || *colon == '\n') return FieldBlockStatus::kBadSyntax;  // no colon
  if (colon == begin || *colon != ':') return FieldBlockStatus::kBadName;
  const char* const stop = ScanFieldValue(begin, colon + 1, end);
  if (stop == end) return FieldBlockStatus::kBadSyntax;  // no CRLF
  if (*stop != '\r') return FieldBlockStatus::kBadValue;
  if (end - stop < 2) return FieldBlockStatus::kBadSyntax;
  if (stop[1] != '\n') return FieldBlockStatus::kBadValue;
  line->name = {begin, static_cast<size_t>(colon - begin)};
  line->value = base::TrimOws({colon + 1, static_cast<size_t>(stop - colon - 1)});
  line->length = static_cast<size_t>(stop + 2 - begin);
  return FieldBlockStatus::kOk;
}

// True for the fields that the server writes itself or that belong to one connection (RFC 9110 7.6.1).
bool IsServersOwn(std::string_view name, FieldId id) {
  switch (id) {
    case FieldId::kConnection:
    case FieldId::kContentLength:
    case FieldId::kTransferEncoding:
    case FieldId::kKeepAlive:
    case FieldId::kUpgrade:
    case FieldId::kTrailer:
    case FieldId::kProxyConnection:
    case FieldId::kDate:
      return true;
    default:
      return base::EqualsIgnoreCase(name, "server");
  }
}

bool IsLimitRate(std::string_view name) { return name.size() == kLimitRateName.size() && base::EqualsIgnoreCase(name, kLimitRateName); }

// The first Content-Length declares; another one must say the same.
bool TakeDeclaredLength(std::string_view value, int64_t* declared) {
  uint64_t length = 0;
  if (!ParseDecimal(value, &length)) return false;
  if (*declared >= 0 && static_cast<uint64_t>(*declared) != length) return false;
  *declared = static_cast<int64_t>(length);
  return true;
}

// Appends the lines that stay, neighbours in one piece.
FieldBlockStatus AppendLines(std::string_view block, std::string* out, int64_t* declared, LimitRate* limit_rate) {
  size_t kept_from = 0;  // block[kept_from, at) is checked, stays, and is not yet in *out
  size_t at = 0;
  while (at < block.size()) {
    Line line;
    const FieldBlockStatus status = ReadLine(block.substr(at), &line);
    if (status != FieldBlockStatus::kOk) return status;
    const FieldId id = LookupField(line.name, block.size() - at);
    const bool limits_rate = limit_rate != nullptr && IsLimitRate(line.name);
    if (limits_rate) [[unlikely]] ParseLimitRate(line.value, limit_rate);
    if (limits_rate || IsServersOwn(line.name, id)) {
      if (id == FieldId::kContentLength && !TakeDeclaredLength(line.value, declared)) {
        return FieldBlockStatus::kBadLength;
      }
      out->append(block, kept_from, at - kept_from);
      kept_from = at + line.length;
    }
    at += line.length;
  }
  out->append(block, kept_from, at - kept_from);
  return FieldBlockStatus::kOk;
}

}  // namespace

std::string_view DateField::At(int64_t wall_seconds) {
  if (wall_seconds != second_) {
    std::string_view("Date: ").copy(text_, 6);
    FormatImfFixdate(wall_seconds, text_ + 6);
    std::string_view("\r\n").copy(text_ + 6 + kImfFixdateLength, 2);
    second_ = wall_seconds;
  }
  return {text_, kLength};
}

FieldBlockStatus AppendCheckedFields(std::string_view block, std::string* out, int64_t* declared_length, LimitRate* limit_rate) {
  const size_t before = out->size();
  *declared_length = -1;
  const FieldBlockStatus status = AppendLines(block, out, declared_length, limit_rate);
  if (status != FieldBlockStatus::kOk) {
    out->resize(before);
    *declared_length = -1;
  }
  return status;
}

}  // namespace fastserve::http
