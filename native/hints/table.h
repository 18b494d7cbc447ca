// What the views of a generation of code have taught: for each page the links that are sent before its next answer (RFC 8297).
//
// DESIGN: one table for all I/O threads, so that each client's answer teaches all of them. A page is a route at an authority: routes
// with parameters give pages that are alike, and hosts of one server may be sites of different people. The lock is held for a look
// into a map and is taken for navigations alone, which wait for a view anyway. A table belongs to a snapshot of routes: new code begins
// with an empty one, and a late answer of old code teaches the old one.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "native/base/ip_address.h"
#include "native/hints/page.h"
#include "native/hints/policy.h"
#include "native/http/types.h"

namespace fastserve::hints {

// Lines of Link, shared with the requests that got them; null: none.
using Lines = std::shared_ptr<const std::string>;

// Names a page in every table of the process.
struct PageKey {
  uint64_t hash = 0;
  bool operator==(const PageKey&) const = default;
};

// `authority`: the host with its port, as the request has it. `secure`: over HTTPS.
PageKey KeyOf(uint16_t route, bool secure, std::string_view authority);

// Whether hints are of use to the request: a GET over HTTP/1.1 or later that a browser makes to show the answer (Fetch Metadata,
// Sec-Fetch-Mode: navigate).
bool IsNavigation(const http::RequestHead& head, std::string_view head_bytes);

// Who asks. Of IPv6 the network of 64 bits is one client (RFC 8981).
Pupil PupilOf(const base::IpAddress& client, const http::RequestHead& head, std::string_view head_bytes);

class Table {
 public:
  static constexpr size_t kMaxPages = 1024;  // with Policy's bounds at most 4 MiB

  explicit Table(Policy policy) : policy_(std::move(policy)) {}

  // ---- any thread ----
  Lines LinesFor(const PageKey& page, int64_t now_ms) const;
  // `fields`: the checked lines of a 200. One that may not be stored teaches nothing.
  void Learn(const PageKey& page, const Pupil& pupil, std::string_view fields, int64_t now_ms);

 private:
  struct Entry {
    Page page;
    Lines lines;
  };
  struct Hash {
    size_t operator()(const PageKey& key) const { return static_cast<size_t>(key.hash); }
  };
  void MakeRoom(int64_t now_ms);

  const Policy policy_;
  mutable std::mutex lock_;
  std::unordered_map<PageKey, Entry, Hash> pages_;  // lock_
};

// The lines of `fields` that name a link which is not in `hinted`: what an application's own hints add to those.
std::string LinesBeyond(std::string_view fields, std::string_view hinted);

}  // namespace fastserve::hints
