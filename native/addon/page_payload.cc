#include "native/addon/page_payload.h"

#include "native/template/assemble.h"

namespace fastserve::addon {

namespace {

// A second-level cache's worth. What is surely shorter in UTF-8 is read in one pass.
constexpr size_t kScratchBytes = 256 * 1024;

char* Scratch() {
  static thread_local const std::unique_ptr<char[]> scratch(new char[kScratchBytes]);
  return scratch.get();
}

}  // namespace

bool PagePayload::Read(napi_env env, napi_value value) {
  size_t units = 0;
  if (napi_get_value_string_utf16(env, value, nullptr, 0, &units) != napi_ok) return false;
  char* memory = Scratch();
  size_t room = units * 3 + 1;  // and the terminator that Node-API writes
  if (room + templates::kInputPadding > kScratchBytes) {
    size_t exact = 0;
    napi_get_value_string_utf8(env, value, nullptr, 0, &exact);
    room = exact + 1;
    large_.reset(new char[room + templates::kInputPadding]);
    memory = large_.get();
  }
  size_t size = 0;
  napi_get_value_string_utf8(env, value, memory, room, &size);
  text_ = {memory, size};
  return true;
}

}  // namespace fastserve::addon
