// The chunked coding as a state machine over single bytes; only chunk data is taken in runs.
//
//   chunk        5;name=value CRLF hello CRLF          last chunk   0 CRLF  trailer lines  CRLF
//
//   kSizeStart ─hex─► kSize ─CR─► kSizeLf ─LF─► kData ─► kDataCr ─► kDataLf ─► kSizeStart
//                      │ ";"         ▲    └─LF, size 0─► kTrailerStart ─CR─► kEndLf ─LF─► kDone
//                      ▼             │CR                   │ tchar   ▲
//                 kExtensionStart    │                     ▼         │LF
//                      │ tchar       │                kTrailerName ─":"─► kTrailerValue ─CR─► kTrailerLf
//                      ▼             │
//                 kExtensionName ────┤  "=" ─► kExtensionValue ─┬─tchar─► kExtensionToken ──► CR or ";"
//                                    │                          └─quote─► kQuoted ⇄ kQuotedPair
//                                    └───────────────────────────────────── kQuotedEnd ◄─quote─┘
//
// White space behind a size, a token or a quoted string leads to kExtensionGap, behind a name to kNameGap; from there only
// ";" (or a name's "=") goes on.
#include "native/http/request/chunked_decoder.h"

#include <algorithm>

#include "native/base/bytes.h"
#include "native/http/grammar/character_class.h"
#include "native/http/grammar/decimal.h"

namespace fastserve::http {

namespace {

constexpr uint8_t kMaxSizeDigits = 32;
constexpr uint8_t kMaxSignificantDigits = 16;

constexpr bool IsBws(char c) { return c == ' ' || c == '\t'; }

}  // namespace

enum class ChunkedDecoder::State : uint8_t {
  kSizeStart,
  kSize,
  kSizeLf,
  kExtensionStart,
  kExtensionName,
  kExtensionValue,
  kExtensionToken,
  kNameGap,
  kExtensionGap,
  kQuoted,
  kQuotedPair,
  kQuotedEnd,
  kData,
  kDataCr,
  kDataLf,
  kTrailerStart,
  kTrailerName,
  kTrailerValue,
  kTrailerLf,
  kEndLf,
  kDone,
  kFailed,
};

ChunkedDecoder::State ChunkedDecoder::Fail(HttpError error) {
  error_ = error;
  return State::kFailed;
}

bool ChunkedDecoder::AppendSizeDigit(int digit) {
  if (++digits_ > kMaxSizeDigits) return false;
  if (digit != 0 || significant_digits_ > 0) ++significant_digits_;
  if (significant_digits_ > kMaxSignificantDigits) return false;
  remaining_ = remaining_ * 16 + static_cast<uint64_t>(digit);
  return remaining_ <= kMaxLength;
}

// Where the LF behind a size leads.
ChunkedDecoder::State ChunkedDecoder::EndOfSizeLine() const {
  return remaining_ == 0 ? State::kTrailerStart : State::kData;
}

ChunkedDecoder::State ChunkedDecoder::TakeSizeByte(char byte) {
  const int digit = base::HexDigit(byte);
  if (digit >= 0) {
    if (state_ == State::kSizeStart) {
      remaining_ = 0;
      digits_ = 0;
      significant_digits_ = 0;
    }
    return AppendSizeDigit(digit) ? State::kSize : Fail(HttpError::kBadChunk);
  }
  if (state_ == State::kSize && byte == '\r') return State::kSizeLf;
  if (state_ == State::kSize && byte == ';') return State::kExtensionStart;
  if (state_ == State::kSize && IsBws(byte)) return State::kExtensionGap;
  return Fail(HttpError::kBadChunk);
}

// chunk-ext = *( BWS ";" BWS token [ BWS "=" BWS ( token / quoted-string ) ] ), RFC 9112 7.1.1. BWS must be understood
// (RFC 9110 5.6.3), but none stands before the CR.
ChunkedDecoder::State ChunkedDecoder::TakeExtensionByte(char byte) {
  if (++extension_bytes_ > kMaxExtensionBytes) return Fail(HttpError::kBadChunk);
  const bool may_end =
      state_ == State::kExtensionName || state_ == State::kExtensionToken || state_ == State::kQuotedEnd;
  if (may_end && byte == '\r') return State::kSizeLf;
  if (may_end && byte == ';') return State::kExtensionStart;
  if (may_end && IsBws(byte)) return state_ == State::kExtensionName ? State::kNameGap : State::kExtensionGap;
  const bool token = Is(kTokenByte, byte);
  switch (state_) {
    case State::kExtensionStart:
      if (IsBws(byte)) return state_;
      if (token) return State::kExtensionName;
      break;
    case State::kExtensionName:
      if (byte == '=') return State::kExtensionValue;
      if (token) return state_;
      break;
    case State::kNameGap:
    case State::kExtensionGap:
      if (IsBws(byte)) return state_;
      if (byte == ';') return State::kExtensionStart;
      if (byte == '=' && state_ == State::kNameGap) return State::kExtensionValue;
      break;
    case State::kExtensionValue:
      if (IsBws(byte)) return state_;
      if (byte == '"') return State::kQuoted;
      if (token) return State::kExtensionToken;
      break;
    case State::kExtensionToken:
      if (token) return state_;
      break;
    case State::kQuoted:
      if (byte == '"') return State::kQuotedEnd;
      if (byte == '\\') return State::kQuotedPair;
      if (Is(kQuotedTextByte, byte)) return state_;
      break;
    case State::kQuotedPair:
      if (Is(kFieldValueByte, byte)) return State::kQuoted;
      break;
    default:
      break;
  }
  return Fail(HttpError::kBadChunk);
}

// Field lines as in a head (RFC 9112 7.1.2); nothing of them is kept.
ChunkedDecoder::State ChunkedDecoder::TakeTrailerByte(char byte) {
  if (++trailer_bytes_ > kMaxTrailerBytes) return Fail(HttpError::kHeadTooLarge);
  const bool in_line = state_ != State::kEndLf && (state_ != State::kTrailerStart || byte != '\r');
  if (trailers_ != nullptr && in_line) trailers_->push_back(byte);
  switch (state_) {
    case State::kTrailerStart:
      if (byte == '\r') return State::kEndLf;
      if (Is(kTokenByte, byte)) return State::kTrailerName;
      break;
    case State::kTrailerName:
      if (byte == ':') return State::kTrailerValue;
      if (Is(kTokenByte, byte)) return state_;
      break;
    case State::kTrailerValue:
      if (byte == '\r') return State::kTrailerLf;
      if (Is(kFieldValueByte, byte)) return state_;
      break;
    case State::kTrailerLf:
      if (byte == '\n') return State::kTrailerStart;
      break;
    case State::kEndLf:
      if (byte == '\n') return State::kDone;
      break;
    default:
      break;
  }
  return Fail(HttpError::kBadTrailer);
}

ChunkedDecoder::State ChunkedDecoder::TakeByte(char byte) {
  switch (state_) {
    case State::kSizeStart:
    case State::kSize:
      return TakeSizeByte(byte);
    case State::kSizeLf:
      return byte == '\n' ? EndOfSizeLine() : Fail(HttpError::kBadChunk);
    case State::kDataCr:
      return byte == '\r' ? State::kDataLf : Fail(HttpError::kBadChunk);
    case State::kDataLf:
      return byte == '\n' ? State::kSizeStart : Fail(HttpError::kBadChunk);
    case State::kTrailerStart:
    case State::kTrailerName:
    case State::kTrailerValue:
    case State::kTrailerLf:
    case State::kEndLf:
      return TakeTrailerByte(byte);
    default:
      return TakeExtensionByte(byte);
  }
}

ChunkedDecoder::Step ChunkedDecoder::TakeData(std::string_view input, size_t consumed) {
  const size_t length = std::min<uint64_t>(remaining_, input.size() - consumed);
  remaining_ -= length;
  if (remaining_ == 0) state_ = State::kDataCr;
  return {Event::kData, HttpError::kNone, consumed + length, input.substr(consumed, length)};
}

ChunkedDecoder::Step ChunkedDecoder::Next(std::string_view input) {
  size_t consumed = 0;
  while (true) {
    if (state_ == State::kDone) return {Event::kEnd, HttpError::kNone, consumed, {}};
    if (state_ == State::kFailed) return {Event::kBad, error_, consumed, {}};
    if (consumed == input.size()) return {Event::kNeedMore, HttpError::kNone, consumed, {}};
    if (state_ == State::kData) return TakeData(input, consumed);
    state_ = TakeByte(input[consumed++]);
  }
}

}  // namespace fastserve::http
