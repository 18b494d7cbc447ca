// Names as parts of URLs: the Location of a redirect to a directory's own name, links in a listing. Pure, any thread.
#pragma once

#include <string>
#include <string_view>

namespace fastserve::files {

// Appends `path` (decoded, beginning with "/") percent-encoded, "/", and when `has_query` "?" with `query` (as sent) to
// *location. The result is an absolute-path reference that holds only visible ASCII: the second slash of "//host" is
// encoded, so that it never names another host (RFC 3986 4.2, CWE-601), and no byte can end the field (CWE-113).
void AppendDirectoryLocation(std::string_view path, bool has_query, std::string_view query, std::string* location);

// Appends `name` as one path segment: everything but RFC 3986's unreserved characters is percent-encoded, so that it
// needs no further escaping in HTML and JSON.
void AppendEncodedSegment(std::string_view name, std::string* out);

}  // namespace fastserve::files
