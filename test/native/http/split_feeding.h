// Feeds a request head in one piece and at every split point, and checks that the verdict is the same.
#pragma once

#include <cstring>
#include <memory>
#include <string>
#include <string_view>

#include "native/http/request/request_parser.h"
#include "test/native/testing.h"

namespace fastserve::http {

// Parses out of a buffer of exactly this size, so that AddressSanitizer sees a read behind the end.
inline ParseResult ParseExactly(std::string_view input, size_t scanned, const HeadLimits& limits, RequestHead* head) {
  const auto buffer = std::make_unique<char[]>(input.size());
  if (!input.empty()) std::memcpy(buffer.get(), input.data(), input.size());
  return ParseRequestHead({buffer.get(), input.size()}, scanned, limits, head);
}

inline std::string Describe(const ParseResult& result) {
  static constexpr const char* kNames[] = {"done", "partial", "bad "};
  std::string text = kNames[static_cast<int>(result.status)];
  if (result.status == ParseStatus::kBad) text += Describe(result.error).name;
  return text;
}

inline std::string Printable(std::string_view input) {
  std::string text;
  for (const char c : input.substr(0, 300)) {
    char escape[8];
    std::snprintf(escape, sizeof escape, c >= ' ' && c < 0x7F ? "%c" : "\\x%02x", static_cast<unsigned char>(c));
    text += escape;
  }
  return text;
}

inline bool Same(const ParseResult& a, const ParseResult& b) { return a.status == b.status && a.error == b.error; }

// Parses `input` whole, then as two pieces for every split point: the first piece must be partial or already have the
// final verdict, and both pieces together must have it. Returns the verdict on the whole; a difference is a failure.
inline ParseResult FeedAtEverySplit(std::string_view input, RequestHead* head, const HeadLimits& limits = {}) {
  const ParseResult whole = ParseExactly(input, 0, limits, head);
  for (size_t split = 0; split < input.size(); ++split) {
    RequestHead scratch;
    const ParseResult first = ParseExactly(input.substr(0, split), 0, limits, &scratch);
    const ParseResult last =
        first.status == ParseStatus::kPartial ? ParseExactly(input, split, limits, &scratch) : first;
    const bool same_length = last.status != ParseStatus::kDone || scratch.head_length == head->head_length;
    if (Same(last, whole) && same_length) continue;
    testing::Report(false, __FILE__, __LINE__,
                    "split at " + std::to_string(split) + ": " + Describe(first) + ", then " + Describe(last) +
                        "; whole: " + Describe(whole) + "; input: " + Printable(input));
    break;
  }
  return whole;
}

// True when `input` is refused with `error` at every split point; prints what happened otherwise.
inline bool Refused(std::string_view input, HttpError error, const HeadLimits& limits = {}) {
  RequestHead head;
  const ParseResult result = FeedAtEverySplit(input, &head, limits);
  if (result.status == ParseStatus::kBad && result.error == error) return true;
  std::fprintf(stderr, "    %s: %s\n", Describe(result).c_str(), Printable(input).c_str());
  return false;
}

// True when `input` is a whole head at every split point; prints what happened otherwise.
inline bool Accepted(std::string_view input, RequestHead* head, const HeadLimits& limits = {}) {
  const ParseResult result = FeedAtEverySplit(input, head, limits);
  if (result.status == ParseStatus::kDone) return true;
  std::fprintf(stderr, "    %s: %s\n", Describe(result).c_str(), Printable(input).c_str());
  return false;
}
inline bool Accepted(std::string_view input) {
  RequestHead head;
  return Accepted(input, &head);
}

inline std::string ValueOf(std::string_view input, const RequestHead& head, size_t index) {
  return std::string(input.substr(head.fields[index].value_offset, head.fields[index].value_length));
}

// A GET of "/" with Host and these field lines.
inline std::string Get(std::string_view lines) {
  return "GET / HTTP/1.1\r\nHost: a.example\r\n" + std::string(lines) + "\r\n";
}
// A POST of "/" with Host and these field lines.
inline std::string Post(std::string_view lines) {
  return "POST / HTTP/1.1\r\nHost: a.example\r\n" + std::string(lines) + "\r\n";
}
// A request with this request line and Host.
inline std::string WithLine(std::string_view line) {
  return std::string(line) + "\r\nHost: a.example\r\n\r\n";
}

}  // namespace fastserve::http
