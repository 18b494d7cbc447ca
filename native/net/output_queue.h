// Bytes on their way to one socket: copied heads and small bodies, borrowed blocks, file regions. Owner's thread only.
//
// DESIGN: most responses of a turn are copied one behind the other into a block lent by the thread's BlockPool, so that a
// connection sends everything of a turn with one send(); an idle connection holds no block. Large memory is borrowed with
// a release callback; files go by sendfile.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "native/net/block_pool.h"
#include "native/net/page_watch.h"
#include "native/net/release.h"

namespace fastserve::net {

struct OutputState;  // output_state.h

enum class FlushStatus : uint8_t {
  kEmpty,    // everything was handed to the kernel
  kBlocked,  // EAGAIN, or less was taken than offered: go on when the socket is writable. With fronts_file() it may be now:
             // a file that ended early takes less, too, and the next Flush tells
  kYield,    // the turn's budget is used up: go on in the next turn
  kAwaitsPages,  // the file at the front is not in memory: go on when its pages are, see FrontPages
  kError,    // the connection is dead (EPIPE, ECONNRESET...), or a file ended early (truncated() is then true)
};

// A region of a file at the front of a queue.
struct FilePiece {
  PageWatch* pages = nullptr;
  int fd = -1;
  uint64_t offset = 0;
  uint64_t length = 0;
};

class OutputQueue {
 public:
  OutputQueue();
  OutputQueue(const OutputQueue&) = delete;
  OutputQueue& operator=(const OutputQueue&) = delete;
  ~OutputQueue();  // must have been Clear()ed into the pool or be empty

  // Copies `bytes` to the end.
  void Append(BlockPool& pool, std::string_view bytes);
  // Room for exactly `size` (<= kBlockBytes) contiguous bytes at the end, to be filled before anything else is called.
  char* Reserve(BlockPool& pool, size_t size);
  // Sends `bytes` from where they are; `release` runs once, on this thread.
  void AppendBorrowed(std::string_view bytes, Release release);
  // Sends `length` bytes of `fd` from `offset` by sendfile; `release` as above. `pages`: says what of it can be sent without waiting,
  // until `release` has run; null: the thread may wait for the disk.
  void AppendFile(int fd, uint64_t offset, uint64_t length, Release release, PageWatch* pages = nullptr);

  // Hands at most `budget` bytes to the kernel. Adds what was sent to *sent. After kError only Clear is left to do.
  // sendfile has no MSG_NOSIGNAL: the thread must block or ignore SIGPIPE (Node ignores it in the whole process).
  // `fin_follows`: the caller shuts the socket down for writing right behind kEmpty, so that the last bytes may wait to leave in
  // one segment with the FIN.
  FlushStatus Flush(BlockPool& pool, int socket, size_t budget, uint64_t* sent, bool fin_follows = false);

  // For senders that change bytes on the way (TLS) and so cannot use Flush. The memory at the front that is in one piece;
  // empty when a file is at the front, or nothing.
  std::string_view FrontMemory() const;
  // Takes `size` (<= FrontMemory().size()) bytes off the front; they have been handed on.
  void Skip(BlockPool& pool, size_t size);
  // Moves at most `room` bytes from the front into `into`, across pieces, files by pread. Returns how many; 0 of a queue that is not
  // empty: the file at the front is not in memory (kAwaitsPages). -1 when a file cannot be read or ended early: only Clear is left
  // to do then.
  ssize_t Take(BlockPool& pool, char* into, size_t room);

  // ---- behind kAwaitsPages ----
  // What is missing; nothing (fd -1) when no such file is at the front.
  FilePiece FrontPages() const;
  // `length` bytes from `offset` have been read for `pages`: the next Flush sends them without asking. Of a front that is another
  // by now, nothing.
  void GrantPages(const PageWatch* pages, uint64_t offset, uint64_t length);
  // For senders by Take, when they stop for now: the next Take asks again (O4).
  void ForgetPages();

  bool empty() const { return !state_; }
  // Whether the next bytes are a file's.
  bool fronts_file() const;
  uint64_t pending_bytes() const;   // memory and files together
  uint64_t pending_memory() const;  // copied and borrowed memory only: what counts against limits
  bool truncated() const;           // a file ended before its announced length: the response cannot be completed

  // Drops everything, running releases and giving blocks back.
  void Clear(BlockPool& pool);

 private:
  OutputState& Ensure(BlockPool& pool);
  FlushStatus FlushOnePiece(BlockPool& pool, int socket, uint64_t* sent, bool fin_follows);
  void DropWhenSent(BlockPool& pool);

  std::unique_ptr<OutputState> state_;  // an idle connection costs one pointer
};

}  // namespace fastserve::net
