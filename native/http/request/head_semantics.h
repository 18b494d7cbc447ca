// What a syntactically valid head means for the connection: Host, framing, keep-alive, Expect. Pure, any thread.
#pragma once

#include "native/http/request/field_section.h"

namespace fastserve::http {

// Fills framing, content_length, keep_alive, expect_continue and, unless the target was in absolute-form, the
// authority. `begin` is the first byte of the head. Errors in this order: Host, framing, Expect.
HttpError InterpretHead(const char* begin, const SpecialFields& special, RequestHead* head);

}  // namespace fastserve::http
