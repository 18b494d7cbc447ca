// An application's answer whose content is a file: X-Accel-Redirect (nginx's name for it). Pure, any thread.
#pragma once

#include <string>
#include <string_view>

#include "native/files/representation/open_file.h"

namespace fastserve::server {

// The value of the first X-Accel-Redirect line of `block` (checked lines), or an empty view.
std::string_view FindFileRedirect(std::string_view block);

// Splits an application's lines for an answer with a file: *kept receives those that go with it, and the result refers
// to *kept and `block`. Left out are Content-Type, which the result has, X-Accel-*, and what describes the content that
// the application did not send (Content-Encoding, Content-Range, ETag, Last-Modified, Accept-Ranges) or what every file
// is sent with (X-Content-Type-Options).
files::FieldOverrides OverridesFrom(std::string_view block, std::string* kept);

}  // namespace fastserve::server
