#include "native/server/gate/verify_request.h"

#include <string>

#include "native/http/request/request_parser.h"
#include "test/native/testing.h"

using namespace fastserve;
using server::VerifyRule;

namespace {

struct Parsed {
  std::string text;
  http::RequestHead head;

  explicit Parsed(std::string given) : text(std::move(given)) {
    const http::HeadLimits limits{http::kMaxHeadBytes, http::kMaxHeadBytes, http::kMaxFields};
    REQUIRE(http::ParseRequestHead(text, 0, limits, &head).status == http::ParseStatus::kDone);
  }
};

const std::string kRequest =
    "POST /a?b=c HTTP/1.1\r\nHost: site.example\r\nCookie: x=1\r\nContent-Length: 3\r\nX-User: forged\r\nx-user: again\r\n\r\n";

void Passing(VerifyRule* rule) {
  rule->target = "/verify?x";
  rule->forward = {"cookie"};
  rule->copy = {"x-user"};
  rule->user_field = "x-name";
}

}  // namespace

TEST("a checker gets the forwarded fields and what was asked for, and nothing else of a request") {
  VerifyRule rule;
  Passing(&rule);
  const Parsed request(kRequest);
  std::string text;
  AppendVerifyRequest(rule, request.head, request.text, "checker:80", &text);
  CHECK_EQ(text, std::string("GET /verify?x HTTP/1.1\r\nHost: checker:80\r\nCookie: x=1\r\nX-Forwarded-Method: POST\r\n"
                             "X-Forwarded-Uri: /a?b=c\r\n"));
}

TEST("2xx lets pass with the fields that are copied, and names the user") {
  VerifyRule rule;
  Passing(&rule);
  const auth::AccessVerdict verdict =
      ReadVerdict(rule, 204, "X-User: ann\r\nX-Other: 1\r\nX-Name: Ann B\r\nSet-Cookie: a=b\r\n");
  CHECK_EQ(verdict.status, 0);
  CHECK_EQ(verdict.fields, std::string("X-User: ann\r\n"));
  CHECK_EQ(verdict.user, std::string("Ann B"));
}

TEST("401 and 403 refuse, a redirect only where it is wanted and leads somewhere, and all else is the checker's fault") {
  VerifyRule rule;
  CHECK_EQ(ReadVerdict(rule, 401, "WWW-Authenticate: Bearer\r\nX-Other: 1\r\n").fields,
           std::string("WWW-Authenticate: Bearer\r\nCache-Control: no-store\r\n"));
  CHECK_EQ(ReadVerdict(rule, 403, "").status, 403);
  CHECK_EQ(ReadVerdict(rule, 302, "Location: /login\r\n").status, 500);
  rule.redirects = true;
  CHECK_EQ(ReadVerdict(rule, 302, "Location: /login\r\n").status, 302);
  CHECK_EQ(ReadVerdict(rule, 302, "X-Other: 1\r\n").status, 500);
  CHECK_EQ(ReadVerdict(rule, 304, "Location: /login\r\n").status, 500);
  for (const uint16_t status : {404, 429, 500, 502}) CHECK_EQ(ReadVerdict(rule, status, "").status, 500);
}

TEST("a refusal that sets a cookie is not for others, nor is a fault") {
  const VerifyRule rule;
  CHECK(ReadVerdict(rule, 401, "").lasting);
  CHECK(!ReadVerdict(rule, 401, "Set-Cookie: a=b\r\n").lasting);
  CHECK(!ReadVerdict(rule, 500, "").lasting);
  CHECK(!server::NoVerdict().lasting);
}

TEST("copied fields take the place of the client's own, whatever their case, and frame nothing anew") {
  const Parsed request(kRequest);
  const Parsed changed(server::HeadWith(request.head, request.text, {"x-user"}, "X-User: ann\r\n"));
  CHECK_EQ(changed.text,
           std::string("POST /a?b=c HTTP/1.1\r\nHost: site.example\r\nCookie: x=1\r\nContent-Length: 3\r\nX-User: ann\r\n\r\n"));
  CHECK_EQ(changed.head.content_length, uint64_t{3});
  const Parsed bare(server::HeadWith(request.head, request.text, {"x-user"}, ""));
  CHECK(bare.text.find("forged") == std::string::npos && bare.text.find("again") == std::string::npos);
}
