// A payload as UTF-8 in native memory. The JavaScript thread that gave it.
#pragma once

#include <node_api.h>

#include <cstdint>
#include <memory>
#include <string_view>

namespace fastserve::addon {

// Reads a JavaScript string, or copies a Uint8Array. Unpaired surrogates become U+FFFD, as everywhere. At most one of a thread is in
// use at a time: payloads of usual size share memory that stays in the cache.
class PagePayload {
 public:
  // Of a Uint8Array the first `limit` bytes at most. False when `value` is neither; no exception is pending.
  bool Read(napi_env env, napi_value value, size_t limit = SIZE_MAX);
  // Followed by templates::kInputPadding readable bytes. Valid until the next Read of the thread.
  std::string_view text() const { return text_; }

 private:
  bool CopyBytes(napi_env env, napi_value value, size_t limit);
  // Memory for `room` bytes with the padding behind them.
  char* MemoryFor(size_t room);

  std::unique_ptr<char[]> large_;
  std::string_view text_;
};

}  // namespace fastserve::addon
