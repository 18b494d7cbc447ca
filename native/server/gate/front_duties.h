// What an application's middlewares leave to the front: fields, hosts and names of requests, for everything that it answers in the
// application's place. Immutable once published, any thread.
//
// DESIGN: a middleware sees only what reaches a worker. What it does without knowledge of the application is written into the manifest
// (src/pipeline/middleware/front-duties.ts), so that files, redirects, errors and stored pages get it, too.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "native/http/response/head_policy.h"

namespace fastserve::server {

enum class WwwRule : uint8_t { kEither, kAdd, kRemove };

struct FrontDuties {
  http::HeadPolicy fields;                      // of every answer
  http::HeadPolicy secure_fields;               // of answers over HTTPS besides
  std::vector<std::vector<std::string>> hosts;  // lists of patterns (http::HostMatches): a host fits one of each
  WwwRule www = WwwRule::kEither;
  std::string request_id;                       // name of the field with the request's id; empty: none is sent
  bool trusts_request_id = false;               // a client's own id is taken

  bool adds_fields() const { return fields.on() || secure_fields.on() || !request_id.empty(); }
  bool asks_host() const { return !hosts.empty() || www != WwwRule::kEither; }
  // `host` as http::HostOf gives it.
  bool AllowsHost(std::string_view host) const;
  // The authority of the same page where `authority`, whose host is `host`, is not the one that pages have; else empty. Addresses and
  // names of one label have no "www".
  std::string OtherAuthority(std::string_view authority, std::string_view host) const;
};

// Appends the lines of `fields` whose name is not `name` to *out.
void AppendWithout(std::string_view fields, std::string_view name, std::string* out);

}  // namespace fastserve::server
