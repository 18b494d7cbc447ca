// ThreadStack over an engine of this file: the functions that it looks up by name in the process are here.
#include "native/addon/worker/thread_stack.h"

#include <ostream>
#include <string>
#include <thread>
#include <vector>

#include "test/native/testing.h"

using namespace fastserve::addon;

namespace {

struct Interrupt {
  void* isolate;
  void (*callback)(void* isolate, void* data);
  void* data;
};

std::vector<Interrupt> interrupts;
std::string frames_of_the_moment;

// As the engine does at its next loop edge.
void Deliver() {
  const std::vector<Interrupt> due = std::move(interrupts);
  interrupts.clear();
  for (const Interrupt& interrupt : due) interrupt.callback(interrupt.isolate, interrupt.data);
}

}  // namespace

// V8's names in the C++ ABI; the tests are linked so that dlsym finds them.
extern "C" void* _ZN2v87Isolate10GetCurrentEv() {
  static thread_local int isolate = 0;
  return &isolate;
}
extern "C" void _ZN2v87Isolate16RequestInterruptEPFvPS0_PvES2_(void* isolate, void (*callback)(void*, void*), void* data) {
  interrupts.push_back({isolate, callback, data});
}
extern "C" void _ZN2v87Message22PrintCurrentStackTraceEPNS_7IsolateERSo(void*, std::ostream& out) { out << frames_of_the_moment; }

TEST("a stack that was asked for is there once the thread was interrupted, and is given once") {
  EnterStack(1, 0);
  REQUIRE(RequestStack(1, 0));
  std::string frames;
  CHECK(!TakeStack(1, 0, &frames));  // in native code, or asleep
  frames_of_the_moment = "view (app.js:3:5)";
  Deliver();
  REQUIRE(TakeStack(1, 0, &frames));
  CHECK_EQ(frames, std::string("view (app.js:3:5)"));
  CHECK(!TakeStack(1, 0, &frames));
  LeaveStack(1, 0);
}

TEST("asking again before the answer interrupts once, and after it anew") {
  EnterStack(1, 0);
  for (int i = 0; i < 3; ++i) CHECK(RequestStack(1, 0));
  CHECK_EQ(interrupts.size(), 1u);
  frames_of_the_moment = "first";
  Deliver();
  CHECK(RequestStack(1, 0));  // what the first one brought is out of date
  std::string frames;
  CHECK(!TakeStack(1, 0, &frames));
  frames_of_the_moment = "second";
  Deliver();
  REQUIRE(TakeStack(1, 0, &frames));
  CHECK_EQ(frames, std::string("second"));
  LeaveStack(1, 0);
}

TEST("slots and servers are told apart, and one that was left is nobody's") {
  std::string frames;
  CHECK(!RequestStack(1, 0));
  CHECK(!TakeStack(1, 0, &frames));
  EnterStack(1, 0);
  CHECK(!RequestStack(2, 0));
  CHECK(!RequestStack(1, 1));
  std::thread([] {
    EnterStack(1, 1);
    LeaveStack(1, 1);
  }).join();
  CHECK(!RequestStack(1, 1));
  REQUIRE(RequestStack(1, 0));
  LeaveStack(1, 0);
  frames_of_the_moment = "late";
  Deliver();  // into a stack that only its thread still holds
  CHECK(!TakeStack(1, 0, &frames));
}

TEST("each thread has one stack of its own, whatever slots it is the worker of") {
  const auto own = ThreadStack::OfThisThread();
  REQUIRE(own != nullptr);
  CHECK(own == ThreadStack::OfThisThread());
  std::shared_ptr<ThreadStack> other;
  std::thread([&] { other = ThreadStack::OfThisThread(); }).join();
  CHECK(other != own);
}
