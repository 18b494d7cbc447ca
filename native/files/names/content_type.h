// The media type of a file by its name. Pure, any thread.
#pragma once

#include <string_view>

namespace fastserve::files {

// "text/html; charset=utf-8" by the name's extension (generated from mime-db), "application/octet-stream" otherwise.
std::string_view ContentType(std::string_view file_name);

}  // namespace fastserve::files
