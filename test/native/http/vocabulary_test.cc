// The tables: errors, methods, field names.
#include <set>
#include <string>

#include "native/http/errors.h"
#include "native/http/response/response_head.h"
#include "native/http/types.h"
#include "test/native/testing.h"

namespace fastserve::http {

TEST("every error has a status with a reason, a name of its own and a sentence") {
  std::set<std::string> names;
  for (size_t i = 1; i < static_cast<size_t>(HttpError::kCount); ++i) {
    const HttpErrorInfo& info = Describe(static_cast<HttpError>(i));
    CHECK(info.status >= 400 && info.status < 600);
    CHECK(!ReasonPhrase(info.status).empty());
    CHECK(names.insert(std::string(info.name)).second);
    CHECK(info.text.ends_with('.'));
  }
}

TEST("errors carry the status that their contract names") {
  CHECK_EQ(Describe(HttpError::kBadRequestLine).status, 400);
  CHECK_EQ(Describe(HttpError::kUnsupportedVersion).status, 505);
  CHECK_EQ(Describe(HttpError::kConflictingFraming).status, 400);
  CHECK_EQ(Describe(HttpError::kUnsupportedCoding).status, 501);
  CHECK_EQ(Describe(HttpError::kBadTrailer).status, 400);
  CHECK_EQ(Describe(HttpError::kTargetTooLong).status, 414);
  CHECK_EQ(Describe(HttpError::kHeadTooLarge).status, 431);
  CHECK_EQ(Describe(HttpError::kTooManyFields).status, 431);
  CHECK_EQ(Describe(HttpError::kBodyTooLarge).status, 413);
  CHECK_EQ(Describe(HttpError::kExpectationFailed).status, 417);
  CHECK_EQ(Describe(HttpError::kBodyTimeout).status, 408);
  CHECK_EQ(Describe(HttpError::kTruncated).name, "truncated");
  CHECK_EQ(Describe(HttpError::kConnectRefused).status, 501);
  CHECK_EQ(Describe(HttpError::kMethodTooLong).status, 501);
}

TEST("names stand at the place of their id") {
  CHECK_EQ(FieldName(FieldId::kUnknown), "");
  CHECK_EQ(FieldName(FieldId::kHost), "host");
  CHECK_EQ(FieldName(FieldId::kIfNoneMatch), "if-none-match");
  CHECK_EQ(FieldName(FieldId::kXForwardedFor), "x-forwarded-for");
  CHECK_EQ(FieldName(FieldId::kUpgradeInsecureRequests), "upgrade-insecure-requests");
  CHECK_EQ(FieldName(FieldId::kSecWebSocketExtensions), "sec-websocket-extensions");
  CHECK_EQ(MethodName(Method::kGet), "GET");
  CHECK_EQ(MethodName(Method::kTrace), "TRACE");
  CHECK_EQ(MethodName(Method::kOther), "");
}

}  // namespace fastserve::http
