// Memory of objects that come and go with requests: whoever makes the next one gets it, instead of malloc, which keeps seven
// of a size at hand and looks for the rest. One thread's own.
#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <utility>
#include <vector>

namespace fastserve::base {

template <typename T>
class Recycler {
 public:
  // Keeps the memory of at most `most` objects.
  explicit Recycler(size_t most) : most_(most) {}
  ~Recycler() {
    for (void* memory : spare_) ::operator delete(memory, std::align_val_t{alignof(T)});
  }
  Recycler(const Recycler&) = delete;
  Recycler& operator=(const Recycler&) = delete;

  template <typename... Arguments>
  T* Make(Arguments&&... arguments) {
    void* memory = nullptr;
    if (spare_.empty()) {
      memory = ::operator new(sizeof(T), std::align_val_t{alignof(T)});
    } else {
      memory = spare_.back();
      spare_.pop_back();
    }
    return std::construct_at(static_cast<T*>(memory), std::forward<Arguments>(arguments)...);
  }

  // Of one that this made.
  void Drop(T* object) {
    std::destroy_at(object);
    if (spare_.size() < most_) return spare_.push_back(object);
    ::operator delete(static_cast<void*>(object), std::align_val_t{alignof(T)});
  }

 private:
  const size_t most_;
  std::vector<void*> spare_;
};

}  // namespace fastserve::base
