// A worker's end of the queue as JavaScript sees it: NativePort of src/native/binding.ts. The worker's own thread.
//
// DESIGN: the doorbell is watched by uv_poll in the worker's event loop; one callback drains a batch through one
// napi_make_callback, so that microtasks run once a batch. Only behind them JavaScript settles which requests outlive the batch: most
// asynchronous handlers have answered by then, and what they read was never copied. A uv_prepare hook publishes answers that were
// given outside a batch before the loop sleeps. The handles are closed in an async cleanup hook: a thread may end at any time
// (terminate, process.exit, out of memory), and its slot is then handed over for recovery.
#pragma once

#include <node_api.h>
#include <uv.h>

#include <memory>
#include <string>
#include <vector>

#include "native/addon/worker/answer_frame.h"
#include "native/http/response/bandwidth.h"
#include "native/queue/worker_port.h"
#include "native/server/server.h"

namespace fastserve::addon {

// In what drain() returns, beside the number of requests: settle() is to be called.
constexpr uint32_t kDrainUndecided = 1u << 30;

class WorkerPortObject {
 public:
  // attach(serverId, slot, generation, drain, settle): the port object, or null while somebody else owns the slot.
  static napi_value Attach(napi_env env, napi_callback_info info);

  static WorkerPortObject* ForDirectServer(uint32_t server_id);
  void DrainDirect();
  bool TakeUnflushed();

 private:
  WorkerPortObject(napi_env env, std::shared_ptr<server::Server> server, uint32_t slot);
  ~WorkerPortObject();

  bool Start(napi_value drain, napi_value settle);
  // Makes the frame, and `frame` of the port that JavaScript has.
  void MakeFrame(napi_value port);
  void Close();
  // What JavaScript has lent: the callbacks, and the memory of the frame.
  void ForgetReferences();
  void HandleClosed();
  uint32_t CallDrain(uint32_t channel, uint32_t head, uint32_t tail);
  void CallSettle(napi_value global);
  void Run();
  void Flush();

  static napi_value Respond(napi_env env, napi_callback_info info);
  static napi_value RespondStatic(napi_env env, napi_callback_info info);
  static napi_value RespondPage(napi_env env, napi_callback_info info);
  static napi_value StreamStart(napi_env env, napi_callback_info info);
  static napi_value StreamWrite(napi_env env, napi_callback_info info);
  static napi_value StreamEnd(napi_env env, napi_callback_info info);
  static napi_value Drop(napi_env env, napi_callback_info info);
  static napi_value CloseBehind(napi_env env, napi_callback_info info);
  static napi_value SendHints(napi_env env, napi_callback_info info);
  static napi_value ReportPhases(napi_env env, napi_callback_info info);
  static napi_value BodyCredit(napi_env env, napi_callback_info info);
  static napi_value ReadRing(napi_env env, napi_callback_info info);
  static napi_value RegisterHead(napi_env env, napi_callback_info info);
  static napi_value FlushNow(napi_env env, napi_callback_info info);
  static napi_value Detach(napi_env env, napi_callback_info info);

  struct Head {
    std::string fields;
    int64_t declared_length = -1;
    http::LimitRate limit_rate;
  };
  static constexpr size_t kMaxArguments = 3;
  struct Arguments {
    WorkerPortObject* port = nullptr;
    napi_value values[kMaxArguments];
    uint32_t token = 0;
    uint32_t channel = 0;
  };
  // A call about a request that needs no frame: the arguments, undefined where they are missing. The first `count` must be there, of
  // which two are always the token and the channel. False with a pending exception.
  static bool Take(napi_env env, napi_callback_info info, size_t count, Arguments* arguments);
  // A call that answers: the frame is checked, and its head found. False with a pending exception.
  struct Answer {
    WorkerPortObject* port = nullptr;
    napi_value values[kMaxArguments];
    const AnswerFrame* frame = nullptr;
    const Head* head = nullptr;
    uint16_t status() const { return static_cast<uint16_t>(frame->status); }
  };
  // `block`: which argument is the block of fields, where the frame names no head.
  static bool TakeAnswer(napi_env env, napi_callback_info info, size_t block, Answer* answer);
  // Registered heads belong to the thread, as the JavaScript constants that name them do. 0 is no registration.
  static std::vector<Head>& Heads();
  // The head of an answer. nullptr with a pending exception.
  const Head* HeadOf(const AnswerFrame& frame, napi_value block);
  // The head of a registration, or nullptr.
  static const Head* RegisteredHead(napi_env env, uint32_t registration);
  // Writes one response record with its body; returns the body's size, or -1 with a pending exception.
  int64_t Write(uint32_t token, uint32_t channel, queue::ResponseKind kind, uint16_t status, const Head* head,
                napi_value body);
  int64_t WriteShortText(queue::ResponseRecord record, uint32_t channel, const Head* head, napi_value text);
  int64_t WriteText(queue::ResponseRecord record, uint32_t channel, const Head* head, napi_value text);
  int64_t WriteBytes(queue::ResponseRecord record, uint32_t channel, const Head* head, const char* bytes, size_t size);
  void WriteControl(uint32_t token, uint32_t channel, queue::ResponseKind kind, uint64_t value);
  void WriteLimitRate(uint32_t token, uint32_t channel, const http::LimitRate& rate);
  void PublishEarly(size_t spilled);
  void Touched() { unflushed_ = true; }

  static void OnDoorbell(uv_poll_t* poll, int status, int events);
  static void OnPrepare(uv_prepare_t* prepare);
  static void OnRetry(uv_timer_t* timer);

  napi_env env_;
  uint32_t slot_;
  std::shared_ptr<server::Server> server_;
  queue::WorkerPort port_;
  napi_ref drain_ = nullptr;
  napi_ref settle_ = nullptr;
  napi_ref frame_memory_ = nullptr;  // of frame_
  const AnswerFrame* frame_ = nullptr;
  napi_async_cleanup_hook_handle cleanup_ = nullptr;
  uv_poll_t poll_;
  uv_prepare_t prepare_;
  uv_timer_t retry_;
  int open_handles_ = 0;
  bool closed_ = false;
  bool finalized_ = false;
  size_t spilled_bytes_ = 0;  // since the last early publication
  bool unflushed_ = false;
  bool draining_now_ = false;
  Head scratch_head_;
  Head tagged_head_;
  std::string scratch_block_;
};

// CPU time of the calling thread in microseconds.
napi_value ThreadCpu(napi_env env, napi_callback_info info);

// Bodies that the server core owns, by id; any thread.
napi_value CreateStaticBody(napi_env env, napi_callback_info info);
napi_value ReleaseStaticBody(napi_env env, napi_callback_info info);
// With one reference for the caller, or nullptr.
queue::StaticBody* FindStaticBody(uint32_t id);

}  // namespace fastserve::addon
