#include "native/http/fields/cache_control.h"

#include "test/native/testing.h"

using fastserve::http::HasDirective;

TEST("cache-control: a directive is found wherever it stands, in any case, with or without an argument") {
  CHECK(HasDirective("no-transform", "no-transform"));
  CHECK(HasDirective("public, max-age=5 ,\tNo-Transform", "no-transform"));
  CHECK(HasDirective("a=\"x\",max-age=5", "max-age"));
  CHECK(HasDirective(",, no-transform", "no-transform"));
}

TEST("cache-control: parts of other directives and of quoted arguments are none") {
  CHECK(!HasDirective("", "no-transform"));
  CHECK(!HasDirective("no-transformation, x-no-transform, a=no-transform", "no-transform"));
  CHECK(!HasDirective("private=\"a, no-transform, b\"", "no-transform"));
  CHECK(!HasDirective("private=\"a\\\", no-transform\"", "no-transform"));
  CHECK(!HasDirective("private=\"a, no-transform", "no-transform"));
}
