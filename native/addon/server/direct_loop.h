// Direct mode: the I/O thread's turns run inside the JavaScript thread's own event loop, with the same codec, rings and
// drain, but without a thread hand-off. It exists to measure the price of the queue; see bench/.
#pragma once

#include <napi.h>
#include <uv.h>

#include <memory>

#include "native/server/server.h"

namespace fastserve::addon {

class DirectLoop {
 public:
  DirectLoop(napi_env env, std::shared_ptr<server::Server> server);
  ~DirectLoop();

 private:
  struct Handles;
  static void OnReady(uv_poll_t* poll, int status, int events);
  static void OnTimer(uv_timer_t* timer);
  static void OnPrepare(uv_prepare_t* prepare);
  Handles* handles_;
};

}  // namespace fastserve::addon
