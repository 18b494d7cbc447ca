// Pages where there is no request of the queue (inject(), streamed pieces), and entity-tags of any content. The calling JavaScript thread.
#pragma once

#include <napi.h>

namespace fastserve::addon {

// assemblePage(table, payload, tokens) -> Buffer, or the number of a templates::Refusal.
Napi::Value AssemblePage(const Napi::CallbackInfo& info);

// pageTag(table, content) -> a weak entity-tag of a string or a Uint8Array: for a page's payload that of respondPage.
napi_value MakePageTag(napi_env env, napi_callback_info info);

}  // namespace fastserve::addon
