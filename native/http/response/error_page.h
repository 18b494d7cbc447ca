// The constant answers to failed requests, as plain text, HTML or JSON. Pure, any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "native/http/types.h"

namespace fastserve::http {

// kAny: the client has not said what it wants; as text, unless there is something better (error_pages.h).
enum class ErrorFormat : uint8_t { kText, kHtml, kJson, kAny };

// The form that the request's Accept prefers (RFC 9110 12.5.1): by weight, a type that is named before one that only a
// range such as "*/*" covers, then the one named first. kAny where nothing is said but "*/*"; text where nothing fits: an error is
// answered whatever the client accepts.
ErrorFormat ChooseErrorFormat(const RequestHead& head, std::string_view head_bytes);

// True for 1 to 128 letters, digits and "._~+/=:-": text that can stand anywhere in an answer or a log as it is.
bool IsSafeRequestId(std::string_view id);

// Appends the field lines of an error answer: Content-Type, Vary, X-Request-Id, for the constant page its Content-Security-Policy; a page of the
// site (`is_own`) has none. `request_id` is a safe one.
void AppendErrorFields(ErrorFormat format, bool is_own, std::string_view request_id, std::string* out);

// The content of an error answer: a constant (text) or made in *scratch. Valid while *scratch is.
std::string_view ErrorContent(uint16_t status, ErrorFormat format, std::string_view request_id, std::string* scratch);

}  // namespace fastserve::http
