// Method sets and their text in the Allow field.
#include "native/route/allow.h"

#include "test/native/testing.h"

namespace fastserve::route {
namespace {

using http::Method;

TEST("Allow lists methods in one order, always with OPTIONS") {
  CHECK_EQ(Allow(0), "OPTIONS");
  CHECK_EQ(Allow(Bit(Method::kTrace) | Bit(Method::kGet)), "GET, OPTIONS, TRACE");
  CHECK_EQ(Allow(kNamedMethods), "GET, HEAD, POST, PUT, DELETE, PATCH, OPTIONS, CONNECT, TRACE");
}

TEST("Allow has no text for an unknown method") { CHECK_EQ(Allow(kEveryMethod), Allow(kNamedMethods)); }

TEST("the text of Allow stays where it is") { CHECK(Allow(5).data() == Allow(5).data()); }

TEST("GET brings HEAD with it, HEAD brings nothing") {
  CHECK_EQ(Normalised(Bit(Method::kGet)), Bit(Method::kGet) | Bit(Method::kHead));
  CHECK_EQ(Normalised(Bit(Method::kHead)), Bit(Method::kHead));
}

TEST("only every method includes unknown ones") {
  CHECK_EQ(Normalised(kAnyMethod), kEveryMethod);
  CHECK_EQ(Normalised(kAnyMethod >> 1), kNamedMethods);
}

}  // namespace
}  // namespace fastserve::route
