// Memory that is used again.
#include "native/base/recycler.h"

#include <vector>

#include "test/native/testing.h"

namespace {

struct Counted {
  explicit Counted(int* alive_) : alive(alive_) { ++*alive; }
  ~Counted() { --*alive; }
  int* alive;
};

}  // namespace

TEST("objects are made and destroyed, and the memory of the last one is the next one's") {
  int alive = 0;
  fastserve::base::Recycler<Counted> recycler(1);
  Counted* first = recycler.Make(&alive);
  Counted* second = recycler.Make(&alive);
  CHECK_EQ(alive, 2);
  recycler.Drop(second);
  recycler.Drop(first);  // one is kept
  CHECK_EQ(alive, 0);
  Counted* third = recycler.Make(&alive);
  CHECK(third == second);
  CHECK_EQ(alive, 1);
  recycler.Drop(third);
}
