// Pages where there is no request of the queue: inject(), streamed pieces. The calling JavaScript thread.
#pragma once

#include <napi.h>

namespace fastserve::addon {

// assemblePage(table, payload, tokens) -> Buffer, or the number of a templates::Refusal.
Napi::Value AssemblePage(const Napi::CallbackInfo& info);

// pageTag(table, payload) -> the entity-tag that respondPage gives this page.
Napi::Value MakePageTag(const Napi::CallbackInfo& info);

}  // namespace fastserve::addon
