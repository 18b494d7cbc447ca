// What the fields of an answer say about coding its content, and the fields of the coded answer. Pure, any thread.
#pragma once

#include <string>
#include <string_view>

#include "native/http/fields/accept_encoding.h"

namespace fastserve::compress {

// Views into the fields that were read.
struct AnswerFacts {
  std::string_view content_type;
  std::string_view etag;            // with its quotes; empty: none
  bool is_coded = false;            // Content-Encoding
  bool no_transform = false;        // Cache-Control: no-transform (RFC 9111 5.2.2.6)
  bool has_digest = false;          // Content-Digest, Repr-Digest (RFC 9530), Digest, Content-MD5: of the content as it is
  bool has_range = false;           // Content-Range
  bool sets_cookie = false;
  bool varies_by_coding = false;    // Vary names Accept-Encoding, or "*"
};

// `fields`: checked lines, each with CRLF.
AnswerFacts ReadAnswerFacts(std::string_view fields);

// Appends `fields` with Vary: Accept-Encoding, where it is not there yet (RFC 9110 12.5.5).
void AppendVarying(std::string_view fields, const AnswerFacts& facts, std::string* out);

// Appends the fields of the coded answer: with Content-Encoding and Vary, and a strong entity-tag made weak, because the
// coded bytes are others (RFC 9110 8.8.3.3).
void AppendCoded(std::string_view fields, const AnswerFacts& facts, http::Coding coding, std::string* out);

// Appends `fields` with a strong entity-tag made weak.
void AppendWeakened(std::string_view fields, const AnswerFacts& facts, std::string* out);

}  // namespace fastserve::compress
