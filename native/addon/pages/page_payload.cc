#include "native/addon/pages/page_payload.h"

#include <algorithm>
#include <cstring>

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

bool PagePayload::Read(napi_env env, napi_value value, size_t limit) {
  size_t units = 0;
  if (napi_get_value_string_utf16(env, value, nullptr, 0, &units) != napi_ok) return CopyBytes(env, value, limit);
  size_t room = units * 3 + 1;  // and the terminator that Node-API writes
  if (room + templates::kInputPadding > kScratchBytes) {
    size_t exact = 0;
    napi_get_value_string_utf8(env, value, nullptr, 0, &exact);
    room = exact + 1;
  }
  char* const memory = MemoryFor(room);
  size_t size = 0;
  napi_get_value_string_utf8(env, value, memory, room, &size);
  text_ = {memory, size};
  return true;
}

// A copy, since nothing says that bytes may be read behind the array.
bool PagePayload::CopyBytes(napi_env env, napi_value value, size_t limit) {
  napi_typedarray_type type;
  size_t size = 0;
  void* data = nullptr;
  if (napi_get_typedarray_info(env, value, &type, &size, &data, nullptr, nullptr) != napi_ok || type != napi_uint8_array) return false;
  size = std::min(size, limit);
  char* const memory = MemoryFor(size);
  if (size > 0) std::memcpy(memory, data, size);
  text_ = {memory, size};
  return true;
}

char* PagePayload::MemoryFor(size_t room) {
  if (room + templates::kInputPadding <= kScratchBytes) return Scratch();
  large_.reset(new char[room + templates::kInputPadding]);
  return large_.get();
}

}  // namespace fastserve::addon
