// A directory listing as a page for people and as JSON for programs. Pure, any thread.
//
// Names are the hostile part: whoever may put a file into the directory chooses them. In HTML they are escaped, in JSON
// too, and links are percent-encoded byte by byte behind "./", so that no name becomes markup, a scheme or another host.
#pragma once

#include <string>
#include <string_view>

#include "native/files/disk/listing.h"

namespace fastserve::files {

// `path` is the decoded URL path of the directory ("/files/docs/"), `prefix` that of its mount ("/files/"): the
// breadcrumbs lead up to it and no further. Bytes that are not UTF-8 are shown as U+FFFD.
std::string ListingHtml(const Listing& listing, std::string_view path, std::string_view prefix);

// {"path":"/files/docs/","truncated":false,"entries":[{"name":"a.txt","href":"./a.txt","type":"file","size":12,
//  "modified":"2024-01-02T03:04:05Z"}, {"name":"sub","href":"./sub/","type":"directory","modified":"..."}]}
std::string ListingJson(const Listing& listing, std::string_view path);

}  // namespace fastserve::files
