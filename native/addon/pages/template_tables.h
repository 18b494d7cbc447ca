// The tables of literals that a JavaScript thread has registered. Each thread sees its own registrations; equal tables are
// one in the process (native/template/table_registry.h).
#pragma once

#include <napi.h>

#include <cstdint>

#include "native/template/literal_table.h"

namespace fastserve::addon {

// registerTemplates(literals, idWidth, secret) -> id. NativeBinding of src/native/binding.ts says what they are. Registering
// the same again gives the same id and counts.
Napi::Value RegisterTemplates(const Napi::CallbackInfo& info);

// releaseTemplates(id): as often as it was registered; then this thread holds the table no more.
Napi::Value ReleaseTemplates(const Napi::CallbackInfo& info);

// The table that the calling thread holds under this id, or nullptr. Valid until the thread releases it.
const templates::LiteralTable* HeldTable(uint32_t id);

// Constants of native/template/payload.h under the names of src/gateway/answers/page-payload.ts.
Napi::Object PayloadObject(Napi::Env env);

}  // namespace fastserve::addon
