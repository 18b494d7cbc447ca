// The process-wide table of static bodies. Any thread.
#include <mutex>
#include <unordered_map>

#include "native/addon/worker/worker_port_object.h"

namespace fastserve::addon {

namespace {

struct Table {
  std::mutex mutex;
  std::unordered_map<uint32_t, queue::StaticBody*> bodies;
  uint32_t next_id = 1;
};

Table& table() {
  static auto* instance = new Table;
  return *instance;
}

}  // namespace

queue::StaticBody* FindStaticBody(uint32_t id) {
  std::lock_guard<std::mutex> lock(table().mutex);
  const auto found = table().bodies.find(id);
  if (found == table().bodies.end()) return nullptr;
  found->second->Retain();
  return found->second;
}

napi_value CreateStaticBody(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value argument;
  napi_get_cb_info(env, info, &count, &argument, nullptr, nullptr);
  napi_typedarray_type type;
  size_t size = 0;
  void* data = nullptr;
  if (napi_get_typedarray_info(env, argument, &type, &size, &data, nullptr, nullptr) != napi_ok ||
      type != napi_uint8_array) {
    napi_throw_type_error(env, nullptr, "expected a Uint8Array");
    return nullptr;
  }
  queue::StaticBody* body = queue::StaticBody::Create(static_cast<const char*>(data), size);
  std::lock_guard<std::mutex> lock(table().mutex);
  const uint32_t id = table().next_id++;
  table().bodies[id] = body;
  napi_value result;
  napi_create_uint32(env, id, &result);
  return result;
}

napi_value ReleaseStaticBody(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value argument;
  napi_get_cb_info(env, info, &count, &argument, nullptr, nullptr);
  uint32_t id = 0;
  if (napi_get_value_uint32(env, argument, &id) != napi_ok) {
    napi_throw_type_error(env, nullptr, "expected an id");
    return nullptr;
  }
  std::lock_guard<std::mutex> lock(table().mutex);
  const auto found = table().bodies.find(id);
  if (found != table().bodies.end()) {
    found->second->Release();
    table().bodies.erase(found);
  }
  return nullptr;
}

}  // namespace fastserve::addon
