#include "native/addon/server/direct_loop.h"

#include "native/addon/worker/worker_port_object.h"

namespace fastserve::addon {

struct DirectLoop::Handles {
  napi_env env;
  std::shared_ptr<server::Server> server;
  uv_poll_t poll;
  uv_timer_t timer;
  uv_prepare_t prepare;
  int open = 3;

  void Turn(int timeout_ms) {
    server::IoThread& io = server->direct_thread();
    io.PollOnce(timeout_ms);
    io.dispatcher().PublishAndWake();
    if (WorkerPortObject* port = WorkerPortObject::ForDirectServer(server->id())) port->DrainDirect();
    io.FinishTurn();
    const int next = io.NextTimeoutMs();
    if (next >= 0) {
      uv_timer_start(&timer, &DirectLoop::OnTimer, static_cast<uint64_t>(next), 0);
    } else {
      uv_timer_stop(&timer);
    }
  }
  void Closed() {
    if (--open == 0) delete this;
  }
};

DirectLoop::DirectLoop(napi_env env, std::shared_ptr<server::Server> server) : handles_(new Handles{}) {
  handles_->env = env;
  handles_->server = std::move(server);
  uv_loop_t* loop = nullptr;
  napi_get_uv_event_loop(env, &loop);
  uv_poll_init(loop, &handles_->poll, handles_->server->direct_thread().loop_descriptor());
  uv_timer_init(loop, &handles_->timer);
  uv_prepare_init(loop, &handles_->prepare);
  handles_->poll.data = handles_->timer.data = handles_->prepare.data = handles_;
  uv_unref(reinterpret_cast<uv_handle_t*>(&handles_->prepare));
  uv_unref(reinterpret_cast<uv_handle_t*>(&handles_->timer));
  uv_poll_start(&handles_->poll, UV_READABLE, &DirectLoop::OnReady);
  uv_prepare_start(&handles_->prepare, &DirectLoop::OnPrepare);
}

DirectLoop::~DirectLoop() {
  const auto closed = [](uv_handle_t* handle) { static_cast<Handles*>(handle->data)->Closed(); };
  uv_close(reinterpret_cast<uv_handle_t*>(&handles_->poll), closed);
  uv_close(reinterpret_cast<uv_handle_t*>(&handles_->timer), closed);
  uv_close(reinterpret_cast<uv_handle_t*>(&handles_->prepare), closed);
}

void DirectLoop::OnReady(uv_poll_t* poll, int, int) { static_cast<Handles*>(poll->data)->Turn(0); }

void DirectLoop::OnTimer(uv_timer_t* timer) { static_cast<Handles*>(timer->data)->Turn(0); }

// Answers given outside a batch.
void DirectLoop::OnPrepare(uv_prepare_t* prepare) {
  auto* handles = static_cast<Handles*>(prepare->data);
  WorkerPortObject* port = WorkerPortObject::ForDirectServer(handles->server->id());
  if (port != nullptr && port->TakeUnflushed()) handles->server->direct_thread().FinishTurn();
}

}  // namespace fastserve::addon
