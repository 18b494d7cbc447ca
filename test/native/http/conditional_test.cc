// Preconditions (RFC 9110 13).
#include <string>

#include "native/http/conditional/conditional.h"
#include "native/http/grammar/entity_tag.h"
#include "test/native/http/split_feeding.h"

namespace fastserve::http {

namespace {

constexpr Validators kStrong = {"\"a\"", 784111777};
constexpr Validators kWeak = {"W/\"a\"", 784111777};
constexpr Validators kNothing = {"", -1};
constexpr char kSame[] = "Sun, 06 Nov 1994 08:49:37 GMT";
constexpr char kEarlier[] = "Sun, 06 Nov 1994 08:49:36 GMT";
constexpr char kLater[] = "Sun, 06 Nov 1994 08:49:38 GMT";

Precondition Evaluate(const std::string& lines, const Validators& validators = kStrong, const char* method = "GET") {
  const std::string input = std::string(method) + " / HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n";
  RequestHead head;
  CHECK(ParseExactly(input, 0, {}, &head).status == ParseStatus::kDone);
  return EvaluatePreconditions(head, input, validators);
}

Precondition NoneMatch(const std::string& value, const Validators& validators = kStrong, const char* method = "GET") {
  return Evaluate("If-None-Match: " + value + "\r\n", validators, method);
}
Precondition Match(const std::string& value, const Validators& validators = kStrong) {
  return Evaluate("If-Match: " + value + "\r\n", validators);
}
std::string Line(const char* name, const char* value) { return std::string(name) + ": " + value + "\r\n"; }

}  // namespace

TEST("the value of If-None-Match alone is compared weakly, and a malformed one names nothing") {
  CHECK(IfNoneMatchNames("\"x\", W/\"a\"", "W/\"a\""));
  CHECK(IfNoneMatchNames("\"a\"", "W/\"a\""));
  CHECK(IfNoneMatchNames(" * ", "W/\"a\""));
  for (const char* value : {"", "\"b\"", "a", "W/\"a", "*, \"a\"", "\"a\" \"b\"", "\"a\"x"}) {
    CHECK(!IfNoneMatchNames(value, "W/\"a\""));
  }
}

TEST("a date is known again as the text that clients were told, and no other text is taken for it") {
  constexpr Validators kTold = {"", 784111777, false, kSame};
  CHECK_EQ(Evaluate(Line("If-Modified-Since", kSame), kTold), Precondition::kNotModified);
  CHECK_EQ(Evaluate(Line("If-Modified-Since", kLater), kTold), Precondition::kNotModified);
  CHECK_EQ(Evaluate(Line("If-Modified-Since", kEarlier), kTold), Precondition::kProceed);
  CHECK_EQ(Evaluate(Line("If-Unmodified-Since", kSame), kTold), Precondition::kProceed);
  CHECK_EQ(Evaluate(Line("If-Unmodified-Since", kEarlier), kTold), Precondition::kFailed);
  CHECK_EQ(Evaluate(Line("If-Modified-Since", "")), Precondition::kProceed);
  CHECK_EQ(Evaluate(Line("If-Modified-Since", kSame), {"", -1, false, {}}), Precondition::kProceed);
}

TEST("a request without conditions proceeds") {
  CHECK_EQ(Evaluate(""), Precondition::kProceed);
  CHECK_EQ(Evaluate("", kNothing), Precondition::kProceed);
}

TEST("If-None-Match compares weakly") {
  CHECK_EQ(NoneMatch("\"a\""), Precondition::kNotModified);
  CHECK_EQ(NoneMatch("W/\"a\""), Precondition::kNotModified);
  CHECK_EQ(NoneMatch("\"a\"", kWeak), Precondition::kNotModified);
  CHECK_EQ(NoneMatch("\"b\""), Precondition::kProceed);
  CHECK_EQ(NoneMatch("\"A\""), Precondition::kProceed);
  CHECK_EQ(NoneMatch("\"a\"", kNothing), Precondition::kProceed);
}

TEST("an absent entity-tag equals nothing, not even another absent one") {
  CHECK(!WeakEquals({}, {}));
  CHECK(!StrongEquals({}, {}));
}

TEST("If-None-Match takes lists, on one line or several") {
  CHECK_EQ(NoneMatch("\"x\", W/\"y\" ,\t\"a\""), Precondition::kNotModified);
  CHECK_EQ(NoneMatch(",, \"a\",,"), Precondition::kNotModified);
  CHECK_EQ(NoneMatch("\"x\",\"y\""), Precondition::kProceed);
  CHECK_EQ(Evaluate("If-None-Match: \"x\"\r\nIf-None-Match: \"a\"\r\n"), Precondition::kNotModified);
}

TEST("an entity-tag may hold commas, stars and bytes above 0x7F") {
  const Validators odd = {"\"a,\"", -1};
  CHECK_EQ(NoneMatch("\"x\",\"a,\"", odd), Precondition::kNotModified);
  CHECK_EQ(NoneMatch("\"a\"", odd), Precondition::kProceed);
  CHECK_EQ(NoneMatch("\"*\xff\\\"", {"\"*\xff\\\"", -1}), Precondition::kNotModified);
  CHECK_EQ(NoneMatch("\"\"", {"\"\"", -1}), Precondition::kNotModified);
}

TEST("a star matches any representation and stands alone") {
  CHECK_EQ(NoneMatch("*"), Precondition::kNotModified);
  CHECK_EQ(NoneMatch("*", kNothing), Precondition::kNotModified);
  CHECK_EQ(Match("*", kNothing), Precondition::kProceed);
  CHECK_EQ(NoneMatch("*, \"x\""), Precondition::kProceed);
  CHECK_EQ(Match("*, \"a\""), Precondition::kFailed);
  CHECK_EQ(Match("**"), Precondition::kFailed);
}

TEST("a malformed list matches nothing") {
  for (const char* value : {"a", "\"a", "a\"", "w/\"a\"", "\"a\" \"b\"", "\"a\"x", "\"a\", b", "W/ \"a\"", "'a'",
                            "\"a b\""}) {
    CHECK_EQ(NoneMatch(value), Precondition::kProceed);
    CHECK_EQ(Match(value), Precondition::kFailed);
  }
  CHECK_EQ(NoneMatch(""), Precondition::kProceed);
}

TEST("If-None-Match fails methods that do not read") {
  CHECK_EQ(NoneMatch("\"a\"", kStrong, "HEAD"), Precondition::kNotModified);
  CHECK_EQ(NoneMatch("\"a\"", kStrong, "PUT"), Precondition::kFailed);
  CHECK_EQ(NoneMatch("*", kStrong, "PUT"), Precondition::kFailed);
  CHECK_EQ(NoneMatch("\"b\"", kStrong, "PUT"), Precondition::kProceed);
}

TEST("If-Match compares strongly") {
  CHECK_EQ(Match("\"a\""), Precondition::kProceed);
  CHECK_EQ(Match("\"x\", \"a\""), Precondition::kProceed);
  CHECK_EQ(Match("W/\"a\""), Precondition::kFailed);
  CHECK_EQ(Match("\"a\"", kWeak), Precondition::kFailed);
  CHECK_EQ(Match("W/\"a\"", kWeak), Precondition::kFailed);
  CHECK_EQ(Match("\"b\""), Precondition::kFailed);
  CHECK_EQ(Match("\"a\"", kNothing), Precondition::kFailed);
}

TEST("If-Modified-Since answers 304 unless the representation is newer") {
  CHECK_EQ(Evaluate(Line("If-Modified-Since", kSame)), Precondition::kNotModified);
  CHECK_EQ(Evaluate(Line("If-Modified-Since", kLater)), Precondition::kNotModified);
  CHECK_EQ(Evaluate(Line("If-Modified-Since", kEarlier)), Precondition::kProceed);
  CHECK_EQ(Evaluate(Line("If-Modified-Since", "Sunday, 06-Nov-94 08:49:37 GMT")), Precondition::kNotModified);
  CHECK_EQ(Evaluate(Line("If-Modified-Since", kSame), kNothing), Precondition::kProceed);
}

TEST("If-Modified-Since is for GET and HEAD only") {
  CHECK_EQ(Evaluate(Line("If-Modified-Since", kSame), kStrong, "HEAD"), Precondition::kNotModified);
  CHECK_EQ(Evaluate(Line("If-Modified-Since", kSame), kStrong, "POST"), Precondition::kProceed);
}

TEST("If-Unmodified-Since fails when the representation is newer") {
  CHECK_EQ(Evaluate(Line("If-Unmodified-Since", kEarlier)), Precondition::kFailed);
  CHECK_EQ(Evaluate(Line("If-Unmodified-Since", kSame)), Precondition::kProceed);
  CHECK_EQ(Evaluate(Line("If-Unmodified-Since", kLater)), Precondition::kProceed);
  CHECK_EQ(Evaluate(Line("If-Unmodified-Since", kEarlier), kStrong, "PUT"), Precondition::kFailed);
  CHECK_EQ(Evaluate(Line("If-Unmodified-Since", kEarlier), kNothing), Precondition::kProceed);
}

TEST("invalid and repeated dates are ignored") {
  for (const char* date : {"yesterday", "", "0", "Sun, 99 Nov 1994 08:49:37 GMT"}) {
    CHECK_EQ(Evaluate(Line("If-Modified-Since", date)), Precondition::kProceed);
    CHECK_EQ(Evaluate(Line("If-Unmodified-Since", date)), Precondition::kProceed);
  }
  CHECK_EQ(Evaluate(Line("If-Modified-Since", kSame) + Line("If-Modified-Since", kSame)), Precondition::kProceed);
}

TEST("entity-tags take precedence over dates") {
  CHECK_EQ(Evaluate("If-None-Match: \"b\"\r\n" + Line("If-Modified-Since", kSame)), Precondition::kProceed);
  CHECK_EQ(Evaluate("If-None-Match: \"a\"\r\n" + Line("If-Modified-Since", kEarlier)), Precondition::kNotModified);
  CHECK_EQ(Evaluate("If-Match: \"a\"\r\n" + Line("If-Unmodified-Since", kEarlier)), Precondition::kProceed);
}

TEST("If-Match and If-Unmodified-Since come before the conditions of a cache") {
  CHECK_EQ(Evaluate("If-Match: \"b\"\r\nIf-None-Match: \"a\"\r\n"), Precondition::kFailed);
  CHECK_EQ(Evaluate("If-Match: \"a\"\r\nIf-None-Match: \"a\"\r\n"), Precondition::kNotModified);
  CHECK_EQ(Evaluate(Line("If-Unmodified-Since", kEarlier) + "If-None-Match: \"a\"\r\n"), Precondition::kFailed);
}

}  // namespace fastserve::http
