// How borrowed memory and files are given back.
#pragma once

namespace fastserve::net {

// Gives back borrowed memory or a file once its last byte was handed to the kernel, or the queue was dropped. It runs
// exactly once and must not touch the queue. (An AppendBorrowed or AppendFile of nothing runs it at once.)
struct Release {
  void (*function)(void* context) = nullptr;
  void* context = nullptr;

  void Run() const {
    if (function) function(context);
  }
};

}  // namespace fastserve::net
