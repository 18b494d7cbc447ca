#include "native/http/response/error_page.h"

#include <algorithm>
#include <array>

#include "native/base/bytes.h"
#include "native/http/response/response_head.h"

namespace fastserve::http {

namespace {

constexpr size_t kMaxRequestIdBytes = 128;

// ---- Accept ---------------------------------------------------------------------------------------------------------

// How much a client wants one form: weight in thousandths, and whether it named the type.
struct Wish {
  int weight = -1;
  bool named = false;
  int position = 0;  // among the members of the list, when named
};

// qvalue of RFC 9110 12.4.2 in thousandths, -1 for what is none.
int ParseWeight(std::string_view text) {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1') || (text.size() > 1 && text[1] != '.')) return -1;
  int weight = (text[0] - '0') * 1000;
  int unit = 100;
  for (const char c : text.substr(std::min<size_t>(2, text.size()))) {
    if (c < '0' || c > '9') return -1;
    weight += (c - '0') * unit;
    unit /= 10;
  }
  return weight > 1000 ? -1 : weight;
}

// The weight among the parameters of a media range, 1000 without one, -1 when it is broken.
int WeightOf(std::string_view parameters) {
  while (!parameters.empty()) {
    const size_t semicolon = std::min(parameters.find(';'), parameters.size());
    const std::string_view parameter = base::TrimOws(parameters.substr(0, semicolon));
    if (parameter.size() >= 2 && base::ToLowerAscii(parameter[0]) == 'q' && parameter[1] == '=') {
      return ParseWeight(parameter.substr(2));
    }
    parameters.remove_prefix(std::min(semicolon + 1, parameters.size()));
  }
  return 1000;
}

// What the members so far say of the three forms, in the order of ErrorFormat.
struct Wishes {
  std::array<Wish, 3> of;
  int position = 0;

  void Take(std::string_view member) {
    const size_t semicolon = std::min(member.find(';'), member.size());
    const std::string_view range = base::TrimOws(member.substr(0, semicolon));
    const int weight = WeightOf(member.substr(std::min(semicolon + 1, member.size())));
    if (range.empty() || weight < 0) return;
    ++position;
    constexpr std::string_view kTypes[] = {"text/plain", "text/html", "application/json"};
    constexpr std::string_view kRanges[] = {"text/*", "text/*", "application/*"};
    for (size_t i = 0; i < of.size(); ++i) {
      if (base::EqualsIgnoreCase(range, kTypes[i])) {
        of[i] = {weight, true, position};
      } else if (!of[i].named && (base::EqualsIgnoreCase(range, kRanges[i]) || range == "*/*")) {
        of[i].weight = std::max(of[i].weight, weight);
      }
    }
  }

  ErrorFormat Best() const {
    size_t best = 0;
    for (size_t i = 1; i < of.size(); ++i) {
      if (IsBetter(of[i], of[best])) best = i;
    }
    return static_cast<ErrorFormat>(best);
  }

  static bool IsBetter(const Wish& a, const Wish& b) {
    if (a.weight <= 0 || a.weight != b.weight) return a.weight > 0 && a.weight > b.weight;
    if (a.named != b.named) return a.named;
    return a.named && a.position < b.position;
  }
};

// ---- pages ----------------------------------------------------------------------------------------------------------

// Of our own page: nothing but its style. A policy for all answers that an application or the configuration adds leaves it alone.
constexpr std::string_view kPagePolicy =
    "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'\r\n";

constexpr std::string_view kContentTypes[] = {
    "Content-Type: text/plain; charset=utf-8\r\n",
    "Content-Type: text/html; charset=utf-8\r\n",
    "Content-Type: application/json\r\n",
    "Content-Type: text/plain; charset=utf-8\r\n",
};

constexpr std::string_view kHtmlStart =
    "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>";
constexpr std::string_view kHtmlStyle =
    "</title>\n<style>\n"
    ":root { color-scheme: light dark }\n"
    "body { font: 1rem/1.5 system-ui, sans-serif; margin: 20vh auto 0; max-width: 32rem; padding: 0 1.5rem }\n"
    "h1 { font-size: 1.5rem; font-weight: 600; margin: 0 }\n"
    "p { opacity: .65; font-size: .875rem }\n"
    "</style>\n</head>\n<body>\n<main>\n<h1>";
constexpr std::string_view kHtmlRequest = "</h1>\n<p>Request <code>";
constexpr std::string_view kHtmlEnd = "</code></p>\n</main>\n</body>\n</html>\n";

// "404 Not Found" without the line's end.
std::string_view Title(uint16_t status) {
  std::string_view body = StatusBody(status);
  body.remove_suffix(1);
  return body;
}

}  // namespace

ErrorFormat ChooseErrorFormat(const RequestHead& head, std::string_view head_bytes) {
  if (!head.MayHave(BitOf(FieldId::kAccept))) return ErrorFormat::kAny;
  Wishes wishes;
  bool any = false;
  for (uint16_t i = 0; i < head.field_count; ++i) {
    const Field& field = head.fields[i];
    if (field.name_id != static_cast<uint8_t>(FieldId::kAccept)) continue;
    std::string_view list = head_bytes.substr(field.value_offset, field.value_length);
    // What tools and browsers send: decided without reading on, for every request passes here.
    if (!any && list == "*/*") continue;
    if (!any && list.starts_with("text/html,")) return ErrorFormat::kHtml;
    any = true;
    while (!list.empty()) {
      const size_t comma = std::min(list.find(','), list.size());
      wishes.Take(list.substr(0, comma));
      list.remove_prefix(std::min(comma + 1, list.size()));
    }
  }
  return any ? wishes.Best() : ErrorFormat::kAny;
}

bool IsSafeRequestId(std::string_view id) {
  if (id.empty() || id.size() > kMaxRequestIdBytes) return false;
  for (const char c : id) {
    const bool alphanumeric = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!alphanumeric && std::string_view("._~+/=:-").find(c) == std::string_view::npos) return false;
  }
  return true;
}

void AppendErrorFields(ErrorFormat format, bool is_own, std::string_view request_id, std::string* out) {
  out->append(kContentTypes[static_cast<size_t>(format)]);
  if (format == ErrorFormat::kHtml && !is_own) out->append(kPagePolicy);
  out->append("Vary: Accept\r\nX-Request-Id: ").append(request_id).append("\r\n");
}

std::string_view ErrorContent(uint16_t status, ErrorFormat format, std::string_view request_id, std::string* scratch) {
  switch (format) {
    case ErrorFormat::kText:
    case ErrorFormat::kAny:
      break;
    case ErrorFormat::kHtml:
      scratch->assign(kHtmlStart).append(Title(status)).append(kHtmlStyle).append(Title(status));
      scratch->append(kHtmlRequest).append(request_id).append(kHtmlEnd);
      return *scratch;
    case ErrorFormat::kJson:
      scratch->assign("{\"status\":").append(Title(status).substr(0, 3));
      scratch->append(",\"error\":\"").append(ReasonPhrase(status));
      scratch->append("\",\"requestId\":\"").append(request_id).append("\"}\n");
      return *scratch;
  }
  return StatusBody(status);
}

}  // namespace fastserve::http
