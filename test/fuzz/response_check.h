// What must hold of answers' heads whatever an upstream sends: for the fuzzer and for the test that runs its seeds. The reference
// reads line by line and knows nothing of the parser but its contract.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "native/base/bytes.h"
#include "native/proxy/response_parser.h"

namespace fuzz {

using fastserve::http::ParseStatus;
using fastserve::proxy::ParseResponseHead;
using fastserve::proxy::ResponseFraming;
using fastserve::proxy::ResponseHead;

struct PlainHead {
  bool sound = false;
  int status = 0;
  size_t length = 0;
  std::vector<std::string> lengths, codings;
};

inline bool IsPlainText(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte == '\t' || (byte >= 0x20 && byte != 0x7f);
  });
}

inline bool IsPlainToken(std::string_view text) {
  return !text.empty() && text.size() <= 255 && text.find_first_not_of(
      "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") == std::string_view::npos;
}

inline bool ReadPlainField(std::string_view line, PlainHead* head) {
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos || !IsPlainToken(line.substr(0, colon)) || !IsPlainText(line)) return false;
  const std::string value(fastserve::base::TrimOws(line.substr(colon + 1)));
  if (fastserve::base::EqualsIgnoreCase(line.substr(0, colon), "content-length")) head->lengths.push_back(value);
  if (fastserve::base::EqualsIgnoreCase(line.substr(0, colon), "transfer-encoding")) head->codings.push_back(value);
  return true;
}

// The head at the start of `bytes`, when it is whole and sound in itself; framing is not judged.
inline PlainHead ReadPlainHead(std::string_view bytes) {
  PlainHead head;
  const size_t end = bytes.find("\r\n\r\n");
  if (end == std::string_view::npos) return head;
  head.length = end + 4;
  std::string_view rest = bytes.substr(0, end + 2);
  for (size_t count = 0; !rest.empty(); ++count) {
    const size_t stop = rest.find("\r\n");
    const std::string_view line = rest.substr(0, stop);
    rest.remove_prefix(stop + 2);
    if (count > fastserve::http::kMaxFields) return head;
    if (count > 0 && !ReadPlainField(line, &head)) return head;
    if (count > 0) continue;
    const bool digits = line.size() >= 12 && line.substr(9, 3).find_first_not_of("0123456789") == std::string_view::npos;
    if (!digits || !IsPlainText(line) || (!line.starts_with("HTTP/1.1 ") && !line.starts_with("HTTP/1.0 "))) return head;
    if (line.size() > 12 && line[12] != ' ') return head;
    if (line.size() > 12 + 512) return head;
    head.status = std::stoi(std::string(line.substr(9, 3)));
    if (head.status < 100 || head.status > 599) return head;
  }
  head.sound = true;
  return head;
}

// Empty: all is well, else what is not.
inline std::string FindResponseFault(std::string_view bytes) {
  ResponseHead head{};
  const ParseStatus whole = ParseResponseHead(bytes, false, &head);
  for (size_t split = 0; split < bytes.size(); split += 1 + bytes.size() / 64) {
    ResponseHead part{};
    const ParseStatus status = ParseResponseHead(bytes.substr(0, split), false, &part);
    if (status != ParseStatus::kPartial && status != whole) return "a beginning has another verdict than the whole";
    if (status == ParseStatus::kDone && part.head_length != head.head_length) return "a beginning gives another head";
  }
  if (whole != ParseStatus::kDone) {
    const PlainHead plain = ReadPlainHead(bytes);
    const bool framed = plain.lengths.empty() && plain.codings.empty();
    return plain.sound && framed && plain.length <= fastserve::proxy::kResponseLimits.head ? "a sound head is not taken" : "";
  }
  const PlainHead plain = ReadPlainHead(bytes);
  if (!plain.sound) return "a head is taken that is not sound";
  if (plain.length != head.head_length || plain.status != head.status) return "the head is read otherwise";
  if (plain.lengths.size() + plain.codings.size() > 1) return "two framings are taken";
  if (head.framing == ResponseFraming::kChunked && !fastserve::base::EqualsIgnoreCase(plain.codings.at(0), "chunked")) {
    return "another coding is taken for chunked";
  }
  if (head.framing == ResponseFraming::kLength && std::to_string(head.content_length) !=
      plain.lengths.at(0).substr(std::min(plain.lengths.at(0).find_first_not_of('0'), plain.lengths.at(0).size() - 1))) {
    return "the length is read otherwise";
  }
  if (head.framing == ResponseFraming::kClose && head.keep_alive) return "content without an end keeps the connection";
  return "";
}

}  // namespace fuzz
