// Always-on checks for states that only a bug can reach.
//
// A failed check prints the condition, the place and a message, then aborts: continuing with a broken invariant
// could answer one client with another's data. Never use it for anything a peer or a user can cause.
#pragma once

#include <cstdio>
#include <cstdlib>

#define FASTSERVE_CHECK(condition, message)                                                             \
  do {                                                                                                  \
    if (__builtin_expect(!(condition), 0)) {                                                            \
      std::fprintf(stderr, "fastserve: check failed: %s (%s) at %s:%d\n", #condition, message, __FILE__, \
                   __LINE__);                                                                           \
      std::abort();                                                                                     \
    }                                                                                                   \
  } while (0)
