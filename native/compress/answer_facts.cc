#include "native/compress/answer_facts.h"

#include "native/base/bytes.h"
#include "native/http/fields/cache_control.h"
#include "native/http/fields/field_lines.h"
#include "native/http/fields/weighted_list.h"

namespace fastserve::compress {

namespace {

bool NamesAcceptEncoding(std::string_view vary) {
  for (http::WeightedMember member; http::TakeWeightedMember(&vary, &member);) {
    if (member.value == "*" || base::EqualsIgnoreCase(member.value, "accept-encoding")) return true;
  }
  return false;
}

void Note(const http::FieldLine& line, AnswerFacts* facts) {
  const auto is = [&](std::string_view name) { return line.Is(name); };
  if (is("content-type")) {
    facts->content_type = line.value;
  } else if (is("etag")) {
    facts->etag = line.value;
  } else if (is("content-encoding")) {
    facts->is_coded = true;
  } else if (is("cache-control")) {
    facts->no_transform |= http::HasDirective(line.value, "no-transform");
  } else if (is("content-digest") || is("repr-digest") || is("digest") || is("content-md5")) {
    facts->has_digest = true;
  } else if (is("content-range")) {
    facts->has_range = true;
  } else if (is("set-cookie")) {
    facts->sets_cookie = true;
  } else if (is("vary")) {
    facts->varies_by_coding |= NamesAcceptEncoding(line.value);
  }
}

}  // namespace

AnswerFacts ReadAnswerFacts(std::string_view fields) {
  AnswerFacts facts;
  for (http::FieldLine line; http::TakeFieldLine(&fields, &line);) Note(line, &facts);
  return facts;
}

void AppendVarying(std::string_view fields, const AnswerFacts& facts, std::string* out) {
  out->append(fields);
  if (!facts.varies_by_coding) out->append("Vary: Accept-Encoding\r\n");
}

void AppendWeakened(std::string_view fields, const AnswerFacts& facts, std::string* out) {
  if (!facts.etag.starts_with('"')) {
    out->append(fields);
    return;
  }
  const auto at = static_cast<size_t>(facts.etag.data() - fields.data());
  out->append(fields.substr(0, at)).append("W/").append(fields.substr(at));
}

void AppendCoded(std::string_view fields, const AnswerFacts& facts, http::Coding coding, std::string* out) {
  AppendWeakened(fields, facts, out);
  if (!facts.varies_by_coding) out->append("Vary: Accept-Encoding\r\n");
  out->append("Content-Encoding: ").append(http::CodingName(coding)).append("\r\n");
}

}  // namespace fastserve::compress
