#include "native/http/response/error_pages.h"

#include <utility>

#include "native/http/response/response_head.h"

namespace fastserve::http {

namespace {

constexpr std::string_view kOpen = "{{";

// What stands for the beginning of a text, and how much of it that is.
struct Filling {
  size_t length;
  std::string_view value;
};

// `text` begins with "{{": a brace that begins none of ours stands for itself.
Filling FillingFor(std::string_view text, uint16_t status, std::string_view request_id) {
  const std::pair<std::string_view, std::string_view> fillings[] = {
      {"{{status}}", StatusBody(status).substr(0, 3)},
      {"{{reason}}", ReasonPhrase(status)},
      {"{{request_id}}", request_id},
  };
  for (const auto& [name, value] : fillings) {
    if (text.starts_with(name)) return {name.size(), value};
  }
  return {1, text.substr(0, 1)};
}

void Fill(std::string_view page, uint16_t status, std::string_view request_id, std::string* out) {
  out->clear();
  out->reserve(page.size() + request_id.size());
  for (size_t open = page.find(kOpen); open != page.npos; open = page.find(kOpen)) {
    out->append(page.substr(0, open));
    page.remove_prefix(open);
    const Filling filling = FillingFor(page, status, request_id);
    out->append(filling.value);
    page.remove_prefix(filling.length);
  }
  out->append(page);
}

}  // namespace

void ErrorPages::Add(uint16_t first, uint16_t last, ErrorFormat format, std::string page) {
  places_.resize(kLast - kFirst + 1);
  texts_.push_back(std::move(page));
  for (uint16_t status = first; status <= last; ++status) {
    places_[status - kFirst][static_cast<size_t>(format)] = static_cast<uint32_t>(texts_.size());
  }
}

uint32_t ErrorPages::PlaceOf(uint16_t status, ErrorFormat format) const {
  if (places_.empty() || status < kFirst || status > kLast) return 0;
  return places_[status - kFirst][static_cast<size_t>(format)];
}

ErrorPages::Content ErrorPages::For(uint16_t status, ErrorFormat wanted, std::string_view request_id, std::string* scratch) const {
  ErrorFormat format = wanted;
  if (wanted == ErrorFormat::kAny) {
    format = ErrorFormat::kText;
    for (const ErrorFormat each : {ErrorFormat::kHtml, ErrorFormat::kJson}) {
      if (PlaceOf(status, each) == 0) continue;
      format = each;
      break;
    }
  }
  const uint32_t place = PlaceOf(status, format);
  if (place == 0) return {ErrorContent(status, format, request_id, scratch), format, false};
  Fill(texts_[place - 1], status, request_id, scratch);
  return {*scratch, format, true};
}

}  // namespace fastserve::http
