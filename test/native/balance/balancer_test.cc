// Sharing of requests, health and room, with time given by the test.
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "native/balance/group.h"
#include "test/native/testing.h"

namespace fastserve::balance {
namespace {

using proxy::Choice;
using proxy::Outcome;

struct Waiting final : proxy::Waiter {
  int woken = 0;
  void OnServerFree() override { ++woken; }
};

using Servers = std::vector<ServerSettings>;

// What is posted to a thread, until it runs it.
struct Tasks {
  Post post() {
    return [this](std::function<void()> task) { waiting.push_back(std::move(task)); };
  }
  void Run() {
    for (const auto& task : std::exchange(waiting, {})) task();
  }
  std::vector<std::function<void()>> waiting;
};

// A group of servers "0", "1"... and one balancer for it.
struct Stage {
  explicit Stage(const Servers& servers, GroupSettings settings = {}) {
    ServerList list;
    for (size_t i = 0; i < servers.size(); ++i) list.push_back(Make(std::to_string(i), servers[i]));
    group = std::make_shared<Group>("stage", settings, std::move(list));
    balancer = MakeBalancer(group, 42, tasks.post());
  }
  static std::shared_ptr<Server> Make(const std::string& label, ServerSettings settings = {}) {
    proxy::ServerSpec spec;
    spec.label = label;
    return std::make_shared<Server>(spec, settings);
  }
  Choice Pick(std::vector<uint32_t> excluded = {}, uint64_t hash = 0) {
    return balancer->Pick({http::Method::kGet, hash}, excluded, now_ms, &waiting);
  }
  void End(const Choice& choice, Outcome outcome = Outcome::kAnswered, uint16_t status = 200, int64_t latency_ns = 1000000) {
    balancer->OnResult(choice.index, outcome, status, latency_ns, now_ms);
  }
  // Asks once, ends it, and says whose turn it was; "-": nobody's.
  std::string Turn(uint64_t hash = 0, Outcome outcome = Outcome::kAnswered) {
    const Choice choice = Pick({}, hash);
    if (choice.kind != Choice::Kind::kServer) return "-";
    const std::string label = choice.server->label;
    End(choice, outcome);
    return label;
  }
  std::map<std::string, int> Turns(int count) {
    std::map<std::string, int> turns;
    for (int i = 0; i < count; ++i) ++turns[Turn()];
    return turns;
  }
  void Fail(const std::string& label, int times) {
    for (int i = 0; times > 0 && i < 1000; ++i) {
      const Choice choice = Pick();
      if (choice.kind != Choice::Kind::kServer) return;
      const bool fails = choice.server->label == label;
      times -= fails;
      End(choice, fails ? Outcome::kBroken : Outcome::kAnswered);
    }
  }

  std::shared_ptr<Group> group;
  Tasks tasks;
  std::unique_ptr<proxy::Balancer> balancer;
  Waiting waiting;
  int64_t now_ms = 1000000;
};

TEST("round robin gives servers their weight") {
  Stage stage(Servers{{.weight = 6}, {.weight = 2}, {.weight = 1}});
  const auto turns = stage.Turns(900);
  CHECK_EQ(turns.at("0"), 600);
  CHECK_EQ(turns.at("1"), 200);
  CHECK_EQ(turns.at("2"), 100);
}

TEST("round robin spreads a heavy server's turns") {
  Stage stage(Servers{{.weight = 5}, {.weight = 1}, {.weight = 1}});
  std::string turns;
  for (int i = 0; i < 7; ++i) turns += stage.Turn();
  CHECK_EQ(turns, std::string("0010200"));
}

TEST("least connections chooses who has the fewest for its weight") {
  Stage stage(Servers{{.weight = 1}, {.weight = 3}}, {.method = Method::kLeastConnections});
  std::map<std::string, int> held;
  for (int i = 0; i < 8; ++i) ++held[stage.Pick().server->label];
  CHECK_EQ(held["0"], 2);
  CHECK_EQ(held["1"], 6);
}

TEST("random two keeps the busiest of three servers no busier than the rest by much") {
  Stage stage(Servers{{}, {}, {}}, {.method = Method::kRandomTwo});
  std::map<std::string, int> held;
  for (int i = 0; i < 300; ++i) ++held[stage.Pick().server->label];
  for (const auto& [label, count] : held) CHECK(count > 90 && count < 110);
}

TEST("a slow server gets less than a tenth of the load by latency") {
  Stage stage(Servers{{}, {}, {}}, {.method = Method::kLatency});
  std::map<std::string, int> turns;
  for (int i = 0; i < 1000; ++i) {
    stage.now_ms += 5;
    const Choice choice = stage.Pick();
    ++turns[choice.server->label];
    stage.End(choice, Outcome::kAnswered, 200, choice.server->label == "1" ? 200'000'000 : 2'000'000);
  }
  CHECK(turns["1"] < 100);
  CHECK(turns["0"] > 300);
}

TEST("a key stays with its server") {
  Stage stage(Servers{{}, {}, {}}, {.method = Method::kHash});
  for (uint64_t key = 1; key < 50; ++key) {
    const std::string first = stage.Turn(key * 7919);
    CHECK_EQ(stage.Turn(key * 7919), first);
  }
}

TEST("a server that leaves moves its own keys and no others") {
  Stage stage(Servers(10), {.method = Method::kHash});
  std::vector<std::string> before;
  for (uint64_t key = 1; key <= 1000; ++key) before.push_back(stage.Turn(key * 0x9E3779B9));
  ServerList fewer = stage.group->servers();
  fewer.erase(fewer.begin() + 3);
  stage.group->Set(fewer);
  int moved = 0;
  for (uint64_t key = 1; key <= 1000; ++key) {
    const std::string now = stage.Turn(key * 0x9E3779B9);
    if (now == before[key - 1]) continue;
    ++moved;
    CHECK_EQ(before[key - 1], std::string("3"));
  }
  CHECK(moved > 60 && moved < 140);
}

// Where 10,000 keys are with these servers.
std::vector<std::string> PlacesOfKeys(Stage* stage) {
  std::vector<std::string> places;
  for (uint64_t key = 1; key <= 10000; ++key) places.push_back(stage->Turn(key * 0x9E3779B97F4A7C15));
  return places;
}

// How many of those keys change their server when `changed` joins or leaves; every one of them goes to it or comes from it.
int KeysMoved(const std::vector<std::string>& before, const std::vector<std::string>& after, const std::string& changed) {
  int moved = 0;
  for (size_t i = 0; i < before.size(); ++i) {
    if (before[i] == after[i]) continue;
    ++moved;
    CHECK(before[i] == changed || after[i] == changed);
  }
  return moved;
}

TEST("a server that joins or leaves ten others moves its share of the keys, and none between the others") {
  Stage stage(Servers(10), {.method = Method::kHash});
  const std::vector<std::string> before = PlacesOfKeys(&stage);
  const ServerList ten = stage.group->servers();
  ServerList more = ten;
  more.push_back(Stage::Make("new"));
  stage.group->Set(more);
  const std::vector<std::string> with_it = PlacesOfKeys(&stage);
  const int joined = KeysMoved(before, with_it, "new");
  CHECK(joined > 820 && joined < 1000);  // 1/11 is 909
  stage.group->Set(ten);
  CHECK_EQ(KeysMoved(with_it, PlacesOfKeys(&stage), "new"), joined);
  ServerList fewer = ten;
  fewer.erase(fewer.begin() + 3);
  stage.group->Set(fewer);
  const int left = KeysMoved(before, PlacesOfKeys(&stage), "3");
  CHECK(left > 900 && left < 1100);  // 1/10 is 1000
}

TEST("a heavy server that leaves moves its share by weight, and a weight that grows takes keys from the others only") {
  Stage stage(Servers{{.weight = 4}, {.weight = 2}, {.weight = 1}, {.weight = 1}}, {.method = Method::kHash});
  const std::vector<std::string> before = PlacesOfKeys(&stage);
  ServerList fewer = stage.group->servers();
  fewer.erase(fewer.begin() + 1);
  stage.group->Set(fewer);
  const int left = KeysMoved(before, PlacesOfKeys(&stage), "1");
  CHECK(left > 2400 && left < 2600);  // 2/8 is 2500
  stage.group->Set({Stage::Make("0", {.weight = 4}), Stage::Make("1", {.weight = 2}), Stage::Make("2", {.weight = 3}), Stage::Make("3")});
  const int grown = KeysMoved(before, PlacesOfKeys(&stage), "2");
  CHECK(grown > 1650 && grown < 1850);  // from 1/8 to 3/10: 1750
}

TEST("keys are spread by weight") {
  Stage stage(Servers{{.weight = 3}, {.weight = 1}}, {.method = Method::kHash});
  std::map<std::string, int> turns;
  for (uint64_t key = 1; key <= 4000; ++key) ++turns[stage.Turn(key * 0x9E3779B97F4A7C15)];
  CHECK(turns["0"] > 2850 && turns["0"] < 3150);
}

TEST("a server that fails is spared, tried once, and comes back") {
  Stage stage(Servers{{}, {}});
  stage.Fail("1", 3);
  CHECK_EQ(stage.Turns(20)["1"], 0);
  stage.now_ms += 10000;
  int trials = 0;
  std::vector<Choice> held;
  for (int i = 0; i < 10; ++i) {
    held.push_back(stage.Pick());
    trials += held.back().server->label == "1";
  }
  CHECK_EQ(trials, 1);
  for (const Choice& choice : held) stage.End(choice);
  CHECK_EQ(stage.Turns(20)["1"], 10);
}

TEST("a trial that fails spares the server for twice as long") {
  Stage stage(Servers{{}, {}});
  stage.Fail("1", 3);
  stage.now_ms += 10000;
  stage.Fail("1", 1);
  stage.now_ms += 19999;
  CHECK_EQ(stage.Turns(20)["1"], 0);
  stage.now_ms += 1;
  CHECK(stage.Turns(20)["1"] > 0);
}

TEST("a trial whose client left may be made by the next request") {
  Stage stage(Servers{{}, {}});
  stage.Fail("1", 3);
  stage.now_ms += 10000;
  for (int i = 0; i < 4; ++i) stage.Turn(0, Outcome::kAbandoned);
  CHECK(stage.Turns(20)["1"] > 0);
}

TEST("failures that are far apart spare nobody") {
  Stage stage(Servers{{}, {}});
  for (int i = 0; i < 10; ++i) {
    stage.Fail("1", 2);
    stage.now_ms += 10001;
  }
  CHECK_EQ(stage.Turns(20)["1"], 10);
}

TEST("statuses and slow answers count as failures when asked for") {
  Stage stage(Servers{{}, {}}, {.health = {.slow_ms = 50, .failure_statuses = {503}}});
  for (int i = 0; i < 6; ++i) {
    const Choice choice = stage.Pick();
    stage.End(choice, Outcome::kAnswered, choice.server->label == "1" ? 503 : 200);
  }
  CHECK_EQ(stage.Turns(10)["1"], 0);
  Stage slow(Servers{{}, {}}, {.health = {.slow_ms = 50}});
  for (int i = 0; i < 6; ++i) {
    const Choice choice = slow.Pick();
    slow.End(choice, Outcome::kAnswered, 200, choice.server->label == "1" ? 51'000'000 : 1000);
  }
  CHECK_EQ(slow.Turns(10)["1"], 0);
}

TEST("an only server is never spared") {
  Stage stage(Servers{{}});
  for (int i = 0; i < 20; ++i) CHECK_EQ(stage.Turn(0, Outcome::kBroken), std::string("0"));
}

TEST("when every server is spared one request at a time tries one early") {
  Stage stage(Servers{{}, {}});
  for (int i = 0; i < 6; ++i) stage.Turn(0, Outcome::kBroken);
  CHECK_EQ(stage.Turn(), std::string("-"));
  stage.now_ms += 200;
  CHECK(stage.Turn() != "-");
  CHECK(stage.Turn() != "-");
}

TEST("backups serve when nobody else does") {
  Stage stage(Servers{{}, {.backup = true}});
  CHECK_EQ(stage.Turns(10)["0"], 10);
  stage.Fail("0", 3);
  CHECK_EQ(stage.Turns(10)["1"], 10);
}

TEST("servers that are down or drained get nothing, and drained ones may come back") {
  Stage stage(Servers{{}, {.down = true}, {}});
  stage.group->Set({Stage::Make("0"), Stage::Make("1", {.down = true}), Stage::Make("2", {.draining = true})});
  CHECK_EQ(stage.Turns(10)["0"], 10);
  stage.group->Set({Stage::Make("0"), Stage::Make("1", {.down = true}), Stage::Make("2")});
  CHECK_EQ(stage.Turns(10)["2"], 5);
}

TEST("a drained server still serves the clients that come back to it") {
  Stage stage(Servers{{}});
  proxy::ServerSpec spec;
  spec.label = "1";
  spec.sticky_id = "theirs";
  stage.group->Set({Stage::Make("0"), std::make_shared<Server>(spec, ServerSettings{.draining = true})});
  const Choice back = stage.balancer->Pick({.sticky_id = "theirs"}, {}, stage.now_ms, nullptr);
  REQUIRE(back.kind == Choice::Kind::kServer);
  CHECK_EQ(back.server->label, std::string("1"));
  stage.End(back);
  CHECK_EQ(stage.Turns(10)["0"], 10);
}

TEST("new settings keep what is known of a server") {
  Stage stage(Servers{{}, {}});
  const std::shared_ptr<Server> before = stage.group->servers()[0];
  stage.Turns(4);
  stage.group->Set({Stage::Make("0", {.weight = 3}), Stage::Make("1")});
  const std::shared_ptr<Server> after = stage.group->servers()[0];
  CHECK(before == after);
  CHECK_EQ(after->answered.load(), 2u);
  CHECK_EQ(stage.Turns(8)["0"], 6);
}

TEST("a server that was tried for this request is not tried again") {
  Stage stage(Servers{{}, {}});
  const Choice first = stage.Pick();
  const Choice second = stage.Pick({first.index});
  REQUIRE(second.kind == Choice::Kind::kServer);
  CHECK(second.index != first.index);
  CHECK(stage.Pick({first.index, second.index}).kind == Choice::Kind::kNone);
}

TEST("requests beyond a server's connections wait, and are woken when one ends") {
  Stage stage(Servers{{.max_connections = 2}}, {.queue = 1});
  const Choice first = stage.Pick();
  stage.Pick();
  CHECK(stage.Pick().kind == Choice::Kind::kWait);
  CHECK(stage.Pick().kind == Choice::Kind::kNone);
  stage.End(first);
  CHECK_EQ(stage.waiting.woken, 1);
  CHECK(stage.Pick().kind == Choice::Kind::kServer);
}

TEST("a waiter that leaves is not woken") {
  Stage stage(Servers{{.max_connections = 1}}, {.queue = 1});
  const Choice first = stage.Pick();
  CHECK(stage.Pick().kind == Choice::Kind::kWait);
  stage.balancer->Forget(&stage.waiting);
  stage.End(first);
  CHECK_EQ(stage.waiting.woken, 0);
}

// Another thread's balancer of a stage's group.
struct OtherThread {
  explicit OtherThread(Stage* stage_) : stage(stage_), balancer(MakeBalancer(stage->group, 43, tasks.post())) {}
  Choice Pick() { return balancer->Pick({http::Method::kGet}, {}, stage->now_ms, &waiting); }

  Stage* stage;
  Tasks tasks;
  std::unique_ptr<proxy::Balancer> balancer;
  Waiting waiting;
};

TEST("threads share a server's connections and its line, and who waited first is called first") {
  Stage stage(Servers{{.max_connections = 2}}, {.queue = 2});
  OtherThread other(&stage);
  const Choice first = stage.Pick();
  REQUIRE(first.kind == Choice::Kind::kServer && first.counted);
  const Choice second = other.Pick();
  REQUIRE(second.kind == Choice::Kind::kServer);
  CHECK(other.Pick().kind == Choice::Kind::kWait);
  CHECK(stage.Pick().kind == Choice::Kind::kWait);
  CHECK(other.Pick().kind == Choice::Kind::kNone);
  stage.End(first);
  CHECK_EQ(stage.waiting.woken, 0);
  CHECK_EQ(other.waiting.woken, 0);
  other.tasks.Run();
  CHECK_EQ(other.waiting.woken, 1);
}

TEST("room for a client that has left meanwhile is the next one's") {
  Stage stage(Servers{{.max_connections = 1}}, {.queue = 2});
  OtherThread other(&stage);
  const Choice first = stage.Pick();
  CHECK(other.Pick().kind == Choice::Kind::kWait);
  CHECK(stage.Pick().kind == Choice::Kind::kWait);
  stage.End(first);
  other.balancer->Forget(&other.waiting);  // called already, but the call has not come
  other.tasks.Run();
  stage.tasks.Run();
  CHECK_EQ(other.waiting.woken, 0);
  CHECK_EQ(stage.waiting.woken, 1);
}

TEST("a server that came back starts slowly") {
  Stage stage(Servers{{}, {.slow_start_ms = 10000}});
  stage.Fail("1", 3);
  stage.now_ms += 10000;
  stage.Turns(4);
  const int early = stage.Turns(110)["1"];
  CHECK(early >= 8 && early <= 12);
  stage.now_ms += 10000;
  CHECK_EQ(stage.Turns(20)["1"], 10);
}

TEST("a list that changes keeps what is known of servers that stay") {
  Stage stage(Servers{{}, {}});
  stage.Fail("1", 3);
  stage.group->Set({Stage::Make("1"), Stage::Make("2")});
  CHECK_EQ(stage.Turns(10)["2"], 10);
}

TEST("a server may leave the list while a request is there") {
  Stage stage(Servers{{}, {}});
  const Choice held = stage.Pick();
  stage.group->Set({Stage::Make("2")});
  CHECK_EQ(stage.Turns(10)["2"], 10);
  stage.End(held);
  CHECK_EQ(stage.Turns(10)["2"], 10);
}

TEST("active checks take a server out and bring it back") {
  Stage stage(Servers{{}, {}});
  const ServerList servers = stage.group->servers();
  servers[0]->health.SetChecked(false, stage.now_ms);
  CHECK_EQ(stage.Turns(10)["1"], 10);
  servers[0]->health.SetChecked(true, stage.now_ms);
  CHECK_EQ(stage.Turns(10)["0"], 5);
}

TEST("retries are for what can be repeated, and within the budget") {
  Stage stage(Servers{{}, {}}, {.retry = {.tries = 2, .budget = 0.25, .floor_per_second = 1}});
  const auto may = [&](proxy::RetryFacts facts) { return stage.balancer->MayRetry(facts, stage.now_ms); };
  CHECK(!may({Outcome::kBroken, true, true, 2}));
  CHECK(!may({Outcome::kBroken, false, true, 1}));
  CHECK(may({Outcome::kConnectFailed, false, false, 1}));
  CHECK(!may({Outcome::kBroken, true, true, 1}));
  stage.Turns(8);
  CHECK(may({Outcome::kBroken, true, true, 1}));
  CHECK(may({Outcome::kBroken, true, true, 1}));
  CHECK(!may({Outcome::kBroken, true, true, 1}));
  stage.now_ms += 1000;
  CHECK(may({Outcome::kBroken, true, true, 1}));
}

}  // namespace
}  // namespace fastserve::balance
