// Pages of a site in the place of the constant answers to failed requests (error_page.h). Immutable once a server uses them; any thread.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "native/http/response/error_page.h"

namespace fastserve::http {

class ErrorPages {
 public:
  static constexpr uint16_t kFirst = 400;
  static constexpr uint16_t kLast = 599;

  // `page` answers the statuses from `first` to `last` (within kFirst and kLast) for clients that get `format` (not kAny), in the place of
  // an earlier one. In it {{status}}, {{reason}} and {{request_id}} stand for what the constant page would say.
  void Add(uint16_t first, uint16_t last, ErrorFormat format, std::string page);

  // The content of an error answer, and the form that it has: the one that is wanted; for kAny a page of the site where there is one, HTML
  // before JSON before text. Valid while *scratch is.
  struct Content {
    std::string_view bytes;
    ErrorFormat format;
    bool is_own;  // of the site
  };
  Content For(uint16_t status, ErrorFormat wanted, std::string_view request_id, std::string* scratch) const;

 private:
  static constexpr size_t kFormats = 3;

  // Where the page is in texts_, counted from 1; 0: there is none.
  uint32_t PlaceOf(uint16_t status, ErrorFormat format) const;

  std::vector<std::string> texts_;
  std::vector<std::array<uint32_t, kFormats>> places_;  // by status - kFirst; empty: no pages
};

}  // namespace fastserve::http
