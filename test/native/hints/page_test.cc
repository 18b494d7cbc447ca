#include "native/hints/page.h"

#include "test/native/testing.h"

using namespace fastserve::hints;

namespace {

constexpr Pupil kAnna{1, 11}, kBert{2, 22}, kSomebody{3, 0}, kNeighbour{4, 0};

}  // namespace

TEST("a link is hinted once two different clients were given it") {
  Page page;
  CHECK(!page.Learn({"<a>"}, kAnna, 0));
  CHECK_EQ(page.Lines(), "");
  CHECK(page.Learn({"<a>"}, kBert, 0));
  CHECK_EQ(page.Lines(), "Link: <a>\r\n");
}

TEST("one client alone teaches nothing, however often it asks") {
  Page page;
  for (int i = 0; i < 5; ++i) CHECK(!page.Learn({"<a>"}, kAnna, i));
  CHECK_EQ(page.Lines(), "");
}

TEST("what one client was given between two others is never hinted") {
  Page page;
  page.Learn({"<a>"}, kSomebody, 0);
  page.Learn({"<a>", "<avatar-of-anna>"}, kAnna, 0);
  CHECK_EQ(page.Lines(), "Link: <a>\r\n");
  page.Learn({"<a>", "<avatar-of-bert>"}, kBert, 0);
  page.Learn({"<a>", "<avatar-of-anna>"}, kAnna, 0);
  CHECK_EQ(page.Lines(), "Link: <a>\r\n");
}

TEST("an answer without a link forgets it, and it has to be learnt anew") {
  Page page;
  page.Learn({"<a>", "<b>"}, kAnna, 0);
  page.Learn({"<a>", "<b>"}, kBert, 0);
  CHECK(page.Learn({"<b>"}, kSomebody, 0));
  CHECK_EQ(page.Lines(), "Link: <b>\r\n");
  CHECK(!page.Learn({"<a>", "<b>"}, kAnna, 0));
  CHECK_EQ(page.Lines(), "Link: <b>\r\n");
}

TEST("what is hinted stays so when one client alone goes on asking") {
  Page page;
  page.Learn({"<a>"}, kAnna, 0);
  page.Learn({"<a>"}, kBert, 0);
  CHECK(!page.Learn({"<a>"}, kBert, 0));
  CHECK_EQ(page.Lines(), "Link: <a>\r\n");
}

TEST("hints are in the order of the last answer") {
  Page page;
  page.Learn({"<a>", "<b>"}, kAnna, 0);
  page.Learn({"<b>", "<a>"}, kBert, 0);
  CHECK_EQ(page.Lines(), "Link: <b>\r\nLink: <a>\r\n");
}

TEST("a user with a new address is the same, by its credentials; a user with new credentials by its address") {
  CHECK(!AreDifferent({1, 11}, {2, 11}));
  CHECK(!AreDifferent({1, 11}, {1, 12}));
  CHECK(!AreDifferent({1, 0}, {1, 0}));
  CHECK(AreDifferent({1, 11}, {2, 12}));
  CHECK(AreDifferent(kSomebody, kNeighbour));
  CHECK(AreDifferent(kAnna, kSomebody));
}
