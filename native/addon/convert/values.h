// Reading options objects of JavaScript: each function throws a TypeError that names the key. The JavaScript thread.
#pragma once

#include <napi.h>

#include <cstdint>
#include <string>
#include <vector>

#include "native/base/client_shown.h"

namespace fastserve::addon {

// The largest whole number that JavaScript's numbers tell from its neighbours, and the longest time that an option may ask for.
constexpr double kMostWhole = 9007199254740991.0;
constexpr double kMostMs = 1e12;

[[noreturn]] inline void Refuse(Napi::Env env, const std::string& what) { throw Napi::TypeError::New(env, what); }

inline Napi::Value Get(const Napi::Object& from, const char* key) { return from.Get(key); }

inline double Number(const Napi::Object& from, const char* key) {
  const Napi::Value value = Get(from, key);
  if (!value.IsNumber()) Refuse(from.Env(), std::string(key) + " must be a number");
  const double number = value.As<Napi::Number>().DoubleValue();
  if (!(number >= 0 && number <= kMostWhole)) Refuse(from.Env(), std::string(key) + " must be 0 or more");
  return number;
}

template <typename Integer>
Integer Whole(const Napi::Object& from, const char* key, double most) {
  const double number = Number(from, key);
  if (number > most || number != static_cast<double>(static_cast<uint64_t>(number))) {
    Refuse(from.Env(), std::string(key) + " must be a whole number up to " + std::to_string(static_cast<uint64_t>(most)));
  }
  return static_cast<Integer>(number);
}

inline std::string Text(const Napi::Object& from, const char* key) {
  const Napi::Value value = Get(from, key);
  if (!value.IsString()) Refuse(from.Env(), std::string(key) + " must be a string");
  return value.As<Napi::String>().Utf8Value();
}

inline bool Flag(const Napi::Object& from, const char* key) {
  const Napi::Value value = Get(from, key);
  if (!value.IsBoolean()) Refuse(from.Env(), std::string(key) + " must be a boolean");
  return value.As<Napi::Boolean>().Value();
}

inline bool OptionalFlag(const Napi::Object& from, const char* key) {
  return !Get(from, key).IsUndefined() && Flag(from, key);
}

inline Napi::Object Child(const Napi::Object& from, const char* key) {
  const Napi::Value value = Get(from, key);
  if (!value.IsObject()) Refuse(from.Env(), std::string(key) + " must be an object");
  return value.As<Napi::Object>();
}

// One of `words`, as its place among them.
template <size_t kCount>
size_t Word(const Napi::Object& from, const char* key, const char* const (&words)[kCount]) {
  const std::string word = Text(from, key);
  for (size_t i = 0; i < kCount; ++i) {
    if (word == words[i]) return i;
  }
  Refuse(from.Env(), std::string(key) + " must not be '" + word + "'");
}

// How much is told of clients.
inline base::ClientShown Shown(const Napi::Object& from, const char* key) {
  static constexpr const char* kWords[] = {"full", "masked", "hashed", "none"};
  return static_cast<base::ClientShown>(Word(from, key, kWords));
}

template <typename Each>
void ForEach(const Napi::Object& list, Each&& each) {
  if (!list.IsArray()) Refuse(list.Env(), "expected an array");
  const Napi::Array array = list.As<Napi::Array>();
  for (uint32_t i = 0; i < array.Length(); ++i) each(array.Get(i));
}

inline std::vector<std::string> Texts(const Napi::Object& from, const char* key) {
  std::vector<std::string> texts;
  ForEach(Child(from, key), [&](const Napi::Value& text) { texts.push_back(text.As<Napi::String>().Utf8Value()); });
  return texts;
}

// The bytes behind a Uint8Array (also over a SharedArrayBuffer); valid while the array is.
inline uint8_t* BytesOf(const Napi::Value& array, size_t* length) {
  napi_typedarray_type type;
  void* data = nullptr;
  const napi_status status =
      napi_get_typedarray_info(array.Env(), array, &type, length, &data, nullptr, nullptr);
  if (status != napi_ok || type != napi_uint8_array) Refuse(array.Env(), "expected a Uint8Array");
  return static_cast<uint8_t*>(data);
}

}  // namespace fastserve::addon
