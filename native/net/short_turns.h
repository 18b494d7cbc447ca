// Threads that work beside others that serve, and shall hold a core for no longer than a moment at a time. Any thread.
//
// DESIGN: a thread that runs keeps its core for its slice, a few ms at any niceness, although others have woken meanwhile. With the
// shortest slice it has the same share in small pieces, where somebody wakes: then the system looks whose turn it is. On a core that is full
// nobody wakes, for all that have work wait in line, and it looks at its own tick only, every 1 to 10 ms. So each such thread has another one
// that sleeps and wakes on its core, every half a millisecond while it runs. Neither needs any right.
#pragma once

#include <cstdint>

namespace fastserve::net {

// The calling thread has short turns from now on, and so have the threads and processes that it makes. Returns the slice to go back to: see
// ExchangeSlice. Nothing happens where the system has no slices.
int64_t ShortenTurns();

// The calling thread goes back to its slice.
void EndShortTurns(int64_t slice_ns);

// Watches the threads of this process that have short turns: until they end or go back, or have slept for a second, because they wait for
// something else or will never go back. Those that are watched already, or for which no thread can be had, are left alone.
void WatchShortTurns();

}  // namespace fastserve::net
