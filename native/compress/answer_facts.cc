#include "native/compress/answer_facts.h"

#include <algorithm>

#include "native/base/bytes.h"
#include "native/http/cache_control.h"
#include "native/http/weighted_list.h"

namespace fastserve::compress {

namespace {

struct Line {
  std::string_view name, value;
};

// Takes the first line off *fields.
Line TakeLine(std::string_view* fields) {
  const size_t end = std::min(fields->find('\n'), fields->size());
  std::string_view text = fields->substr(0, end);
  fields->remove_prefix(std::min(end + 1, fields->size()));
  if (text.ends_with('\r')) text.remove_suffix(1);
  const size_t colon = std::min(text.find(':'), text.size());
  return {text.substr(0, colon), base::TrimOws(text.substr(std::min(colon + 1, text.size())))};
}

bool NamesAcceptEncoding(std::string_view vary) {
  for (http::WeightedMember member; http::TakeWeightedMember(&vary, &member);) {
    if (member.value == "*" || base::EqualsIgnoreCase(member.value, "accept-encoding")) return true;
  }
  return false;
}

void Note(const Line& line, AnswerFacts* facts) {
  const auto is = [&](std::string_view name) { return base::EqualsIgnoreCase(line.name, name); };
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
  while (!fields.empty()) Note(TakeLine(&fields), &facts);
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
