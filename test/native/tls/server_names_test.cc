#include "native/tls/server_names.h"

#include "test/native/testing.h"

using fastserve::tls::ServerNames;

namespace {

ServerNames Names() {
  ServerNames names;
  names.Add("Example.org", 0);
  names.Add("*.example.org", 1);
  names.Add("www.example.org", 2);
  return names;
}

}  // namespace

TEST("a server name is found whatever its case and trailing dot") {
  const ServerNames names = Names();
  CHECK(names.Find("example.org") == 0);
  CHECK(names.Find("EXAMPLE.ORG.") == 0);
}

TEST("an exact name wins over a wildcard") {
  const ServerNames names = Names();
  CHECK(names.Find("www.example.org") == 2);
  CHECK(names.Find("api.example.org") == 1);
}

TEST("a wildcard stands for exactly one label") {
  const ServerNames names = Names();
  CHECK(names.Find("a.b.example.org") == ServerNames::kNone);
  CHECK(names.Find(".example.org") == ServerNames::kNone);
  CHECK(names.Find("otherexample.org") == ServerNames::kNone);
}

TEST("what is no known name finds nothing") {
  const ServerNames names = Names();
  CHECK(names.Find("") == ServerNames::kNone);
  CHECK(names.Find(".") == ServerNames::kNone);
  CHECK(names.Find("localhost") == ServerNames::kNone);
  CHECK(names.Find(std::string(300, 'a') + ".example.org") == ServerNames::kNone);
}
