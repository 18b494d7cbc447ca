// Relays over kept connections on which a server says what nobody asked for.
#include "native/proxy/relay.h"

#include <deque>
#include <functional>
#include <utility>

#include "test/native/proxy/io.h"
#include "test/native/proxy/tls_peer.h"
#include "test/native/testing.h"

namespace fastserve::proxy {
namespace {

constexpr std::string_view kClean = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nclean";
constexpr std::string_view kPoison = "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nPOISONED";
constexpr std::string_view kHeadOnly = "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n";

// What became of one request.
struct Asked final : Asker {
  void Answer(uint16_t answered, std::string_view, bool, std::string_view content, int64_t) override {
    status = answered;
    text = content;
    if (on_answer) on_answer();
  }
  void Start(uint16_t answered, std::string_view, bool, int64_t) override { begun = answered; }
  void Chunk(std::string_view content) override { text += content; }
  void End(bool complete, std::string_view) override { status = complete ? begun : 0; }
  void Fail(uint16_t failed) override { status = failed; }
  int status = 0, begun = 0;
  std::string text;
  std::function<void()> on_answer;
};

// One server, for each request once.
struct OneServer final : Balancer {
  explicit OneServer(ServerSpec spec_) : spec(std::move(spec_)) {}
  Choice Pick(const RequestFacts&, std::span<const uint32_t> excluded, int64_t, Waiter*) override {
    if (!excluded.empty()) return {};
    return {Choice::Kind::kServer, 0, &spec, lends};
  }
  void Forget(Waiter*) override {}
  void OnResult(uint32_t, Outcome outcome, uint16_t, int64_t, int64_t) override { last = outcome; }
  bool MayRetry(const RetryFacts&, int64_t) override { return false; }
  ServerSpec spec;
  bool lends = false;  // the connections to it, all of them
  Outcome last = Outcome::kAbandoned;
};

// A site with one upstream whose words are the test's.
struct Site {
  explicit Site(SharedIdle* shared = nullptr) : balancer(listening.spec(1)), pool(io, upstream, shared) {
    balancer.lends = shared != nullptr;
  }
  ~Site() { requests.clear(); }

  struct Request {
    Request(Site& site, http::Method method) : relay(site.io, client, site.pool, site.balancer, site.rule) {
      relay.request().method = method;
      relay.request().head = std::string(http::MethodName(method)) + " / HTTP/1.1\r\nHost: a\r\n";
    }
    Asked client;
    Relay relay;
  };

  void SpeakTls() {
    tls::ClientOptions trusting;
    trusting.verify = false;
    std::string error;
    upstream.tls = tls::ClientContext::Create(trusting, &error);
    balancer.spec.tls = true;
  }
  Request& Prepare(http::Method method) { return requests.emplace_back(*this, method); }
  Request& Ask(http::Method method) {
    Request& request = Prepare(method);
    request.relay.Start();
    return request;
  }
  // The server's end of a new connection.
  base::UniqueFd Accepted() {
    if (!io.TurnUntil([this] { return listening.has_caller(); })) return {};
    return listening.Accept();
  }
  static bool Say(const base::UniqueFd& server, std::string_view bytes) {
    return ::send(server.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size());
  }
  // True once a whole request has come, which is forgotten.
  bool Hears(const base::UniqueFd& server) {
    std::string heard;
    return io.TurnUntil([&] {
      char bytes[4096];
      const ssize_t got = ::recv(server.get(), bytes, sizeof bytes, MSG_DONTWAIT);
      if (got > 0) heard.append(bytes, static_cast<size_t>(got));
      return heard.ends_with("\r\n\r\n");
    });
  }
  bool IsAnswered(const Request& request) {
    return io.TurnUntil([&] { return request.client.status != 0; });
  }
  // Asks and is answered, so that the connection is kept.
  bool Keep(const base::UniqueFd& server, const Request& request, std::string_view words) {
    return Hears(server) && Say(server, words) && IsAnswered(request);
  }

  HandTurnedIo io;
  Listening listening;
  UpstreamSpec upstream;
  RuleSpec rule;
  OneServer balancer;
  UpstreamPool pool;
  std::deque<Request> requests;
};

TEST("content behind an answer to HEAD that nobody has told of yet is not the next answer") {
  Site site;
  Site::Request& head = site.Ask(http::Method::kHead);
  const base::UniqueFd first = site.Accepted();
  REQUIRE(site.Keep(first, head, kHeadOnly));
  REQUIRE(Site::Say(first, kPoison));
  Site::Request& next = site.Ask(http::Method::kGet);
  const base::UniqueFd second = site.Accepted();
  REQUIRE(site.Keep(second, next, kClean));
  CHECK_EQ(next.client.text, std::string("clean"));
}

TEST("an answer that comes before its request is sent is none: the request goes over a new connection") {
  for (const http::Method method : {http::Method::kGet, http::Method::kPut}) {
    Site site;
    Site::Request& before = site.Ask(http::Method::kGet);
    const base::UniqueFd first = site.Accepted();
    REQUIRE(site.Keep(first, before, kClean));
    Site::Request& next = site.Ask(method);
    REQUIRE(Site::Say(first, kPoison));
    const base::UniqueFd second = site.Accepted();
    REQUIRE(site.Keep(second, next, kClean));
    CHECK_EQ(next.client.text, std::string("clean"));
  }
}

TEST("what is no answer on a kept connection is the rest of the one before: the request goes over a new connection") {
  Site site;
  Site::Request& head = site.Ask(http::Method::kHead);
  const base::UniqueFd first = site.Accepted();
  REQUIRE(site.Keep(first, head, kHeadOnly));
  Site::Request& next = site.Ask(http::Method::kGet);
  REQUIRE(site.Hears(first));
  REQUIRE(Site::Say(first, "POISONED"));
  const base::UniqueFd second = site.Accepted();
  REQUIRE(site.Keep(second, next, kClean));
  CHECK_EQ(next.client.text, std::string("clean"));
  CHECK_EQ(site.balancer.last, Outcome::kAnswered);
}

TEST("a request that may not be sent twice is 502 when what comes is no answer") {
  Site site;
  Site::Request& head = site.Ask(http::Method::kHead);
  const base::UniqueFd first = site.Accepted();
  REQUIRE(site.Keep(first, head, kHeadOnly));
  Site::Request& next = site.Ask(http::Method::kPost);
  REQUIRE(site.Keep(first, next, "POISONED"));
  CHECK_EQ(next.client.status, 502);
  CHECK(!site.listening.has_caller());
}

TEST("what is no answer on a new connection is 502: the server is not asked again") {
  Site site;
  Site::Request& only = site.Ask(http::Method::kGet);
  const base::UniqueFd first = site.Accepted();
  REQUIRE(site.Keep(first, only, "POISONED"));
  CHECK_EQ(only.client.status, 502);
  CHECK_EQ(site.balancer.last, Outcome::kBroken);
  CHECK(!site.listening.has_caller());
}

TEST("a connection that another thread takes the moment that it is lent is left alone, and goes on with its TLS session") {
  SharedIdle shared(8, 2);
  Site site(&shared);
  site.SpeakTls();
  const TlsPeer peer(site.listening.fd(), std::string(kClean));
  Site other(&shared);  // as another thread has it
  other.balancer.spec = site.balancer.spec;
  other.upstream.tls = site.upstream.tls;
  Site::Request* taking = nullptr;
  Site::Request& giving = site.Prepare(http::Method::kGet);
  giving.client.on_answer = [&] { taking = &other.Ask(http::Method::kGet); };
  giving.relay.Start();
  REQUIRE(site.IsAnswered(giving));
  REQUIRE(other.IsAnswered(*taking));
  CHECK_EQ(taking->client.text, std::string("clean"));
  CHECK(!other.listening.has_caller());
}

TEST("a connection with TLS on which a record has begun behind the answer is not kept") {
  Site site;
  site.SpeakTls();
  const TlsPeer peer(site.listening.fd(), std::string(kClean), "\x17\x03\x03");
  Site::Request& first = site.Ask(http::Method::kGet);
  REQUIRE(site.IsAnswered(first));
  site.Ask(http::Method::kGet);
  CHECK(site.io.TurnUntil([&] { return site.listening.has_caller(); }));
}

}  // namespace
}  // namespace fastserve::proxy
