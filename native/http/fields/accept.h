// Which media type a client wants (RFC 9110 12.5.1). Pure, any thread.
#pragma once

#include <cstdint>
#include <string_view>

#include "native/http/types.h"

namespace fastserve::http {

// The weight in thousandths of the media type `type`/`subtype` (lower case, without parameters) in Accept: that of its
// most specific range; 0 when no range covers it, kFullWeight without an Accept line.
uint16_t MediaTypeWeight(const RequestHead& head, std::string_view head_bytes, std::string_view type,
                         std::string_view subtype);

// True when Accept names exactly this media type with a weight above 0, as browsers do with text/html when they
// navigate; ranges such as "*/*" do not count.
bool NamesMediaType(const RequestHead& head, std::string_view head_bytes, std::string_view type,
                    std::string_view subtype);

}  // namespace fastserve::http
