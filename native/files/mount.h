// One directory under a prefix of URLs: what is configured of it, and its root.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "native/base/glob.h"
#include "native/base/unique_fd.h"
#include "native/http/fields/accept_encoding.h"

namespace fastserve::compress {
class VariantMaker;
}

namespace fastserve::files {

// Cache-Control for the files that a pattern chooses.
struct CacheRule {
  base::Glob match;
  std::string cache_control;
};

// Configuration of one mount. Immutable once serving; shared by the I/O threads.
struct Mount {
  std::string prefix;                 // "/static/"
  std::string host;                   // pattern of http/grammar/host_pattern.h; "" serves every host
  std::string root;                   // absolute path, for messages
  base::UniqueFd root_fd;             // O_PATH | O_DIRECTORY, opened on the main thread
  uint64_t local_device = 0;          // whose files can be looked at without waiting for a disk (local_device.h); 0: of none
  std::vector<std::string> index = {"index.html"};
  bool fallthrough = false;           // a miss goes to the application instead of 404
  bool dotfiles = false;              // names beginning with "." (".well-known" is always allowed)
  bool listing = false;               // directories without an index file are listed
  bool internal = false;              // no URL of its own: reached only through an application's X-Accel-Redirect
  std::string cache_control;          // for files that no rule chooses; "" sends none
  std::vector<CacheRule> cache_rules;  // the first that matches a name decides
  std::vector<http::Coding> precompressed;  // siblings to look for, the preferred first
  bool compress = false;              // code files while serving; the server then sets `maker`
  compress::VariantMaker* maker = nullptr;  // the server's, outlives the mount's use; null: nothing is coded
  std::string fields;                 // checked lines for every answer of the mount
  std::string fallback;               // name of the page that answers misses of navigations with 200, "": none
  std::string not_found;              // name of the page that goes with 404, "": none
  std::unique_ptr<Mount> built;       // where names that IsBuiltName are looked up first; has the same prefix, no pages

  // The Cache-Control value for the file `name`; lives as long as the mount.
  std::string_view CacheControlOf(std::string_view name) const;
};

// Opens `root` for a mount, on the thread that configures: errors are for the configuration ("no such directory").
bool OpenRoot(Mount* mount, std::string* error);

}  // namespace fastserve::files
