// Upstreams and proxy rules of the options object. The JavaScript thread.
#pragma once

#include <napi.h>

#include "native/server/options.h"

namespace fastserve::addon {

// The servers of one upstream. Throws a TypeError for wrong shapes.
balance::ServerList ServersFrom(const Napi::Object& from);

// What a rule of the `proxy` option keeps from clients, and lets pass. Throws a TypeError.
http::FieldFilter FieldFilterFrom(const Napi::Object& rule);

// Fills upstreams and proxy of *options, whose io_threads is known, from the keys of that name. Throws a TypeError for wrong shapes, and
// an Error with code FASTSERVE_UPSTREAM_TLS and the upstream's name for certificates that OpenSSL refuses.
void ProxyingFrom(const Napi::Object& from, server::ServerOptions* options);

}  // namespace fastserve::addon
