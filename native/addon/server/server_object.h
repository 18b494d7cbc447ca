// The JavaScript object around a Server: NativeServer of src/native/binding.ts. Lives on the thread that made it.
//
// DESIGN: one class in six files. server_object.cc is its life, server_listeners.cc its sockets, server_routes.cc what it answers,
// server_slots.cc its workers' slots, upstream_servers.cc the servers behind it, server_inspection.cc what it tells of requests.
#pragma once

#include <napi.h>

#include <memory>
#include <vector>

#include "native/addon/server/direct_loop.h"
#include "native/server/server.h"

namespace fastserve::addon {

class ServerObject : public Napi::ObjectWrap<ServerObject> {
 public:
  static Napi::Function Define(Napi::Env env);
  explicit ServerObject(const Napi::CallbackInfo& info);
  ~ServerObject() override;

 private:
  Napi::Value Id(const Napi::CallbackInfo& info);
  void SetRings(const Napi::CallbackInfo& info);
  Napi::Value Listen(const Napi::CallbackInfo& info);
  void SetRoutes(const Napi::CallbackInfo& info);
  void SetTls(const Napi::CallbackInfo& info);
  Napi::Value AddListener(const Napi::CallbackInfo& info);
  void OpenListener(const Napi::CallbackInfo& info);
  void RemoveListener(const Napi::CallbackInfo& info);
  void RunningRequests(const Napi::CallbackInfo& info);
  Napi::Value PlanRoute(const Napi::CallbackInfo& info);
  void LameDuck(const Napi::CallbackInfo& info);
  void CloseConnections(const Napi::CallbackInfo& info);
  void Hurry(const Napi::CallbackInfo& info);
  void Start(const Napi::CallbackInfo& info);
  void Stop(const Napi::CallbackInfo& info);
  Napi::Value Pools(const Napi::CallbackInfo& info);
  Napi::Value Metrics(const Napi::CallbackInfo& info);
  Napi::Value Traces(const Napi::CallbackInfo& info);
  void SetReady(const Napi::CallbackInfo& info);
  void ReopenLog(const Napi::CallbackInfo& info);
  Napi::Value Stats(const Napi::CallbackInfo& info);
  Napi::Value UpstreamServers(const Napi::CallbackInfo& info);
  void SetUpstreamServers(const Napi::CallbackInfo& info);
  balance::Group& GroupOf(const Napi::CallbackInfo& info);
  void DrainSlot(const Napi::CallbackInfo& info);
  Napi::Value ProbeSlot(const Napi::CallbackInfo& info);
  Napi::Value RequestStack(const Napi::CallbackInfo& info);
  Napi::Value TakeStack(const Napi::CallbackInfo& info);
  Napi::Value StackWaitsForCore(const Napi::CallbackInfo& info);
  Napi::Value Overdue(const Napi::CallbackInfo& info);
  Napi::Value Broken(const Napi::CallbackInfo& info);
  queue::WorkerSlot& SlotOf(const Napi::CallbackInfo& info);
  uint32_t ListenerOf(const Napi::CallbackInfo& info);

  // Parts of SetRoutes: what each of its arguments says of *snapshot.
  void AdoptSettings(const Napi::Object& options, server::Snapshot* snapshot);
  static void SetGenerations(const Napi::CallbackInfo& info, server::Snapshot* snapshot);
  void SetApplication(const Napi::Value& manifest, server::Snapshot* snapshot);

  void StopNow();

  enum class Phase { kNew, kListening, kServing, kStopping, kStopped };
  Phase phase_ = Phase::kNew;
  bool has_rings_ = false;
  bool has_routes_ = false;
  uint32_t id_ = 0;
  std::shared_ptr<server::Server> server_;  // null once stopped: descriptors do not wait for a garbage collection
  server::Totals last_totals_;
  std::vector<Napi::ObjectReference> rings_;  // the shared memory outlives the I/O threads
  std::unique_ptr<DirectLoop> direct_;
  napi_threadsafe_function ended_ = nullptr;
};

}  // namespace fastserve::addon
