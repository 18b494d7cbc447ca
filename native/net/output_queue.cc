// OutputQueue: sending a list of segments (output_state.h) in as few calls as the kernel allows.
#include "native/net/output_queue.h"

#include <errno.h>
#include <sys/sendfile.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "native/base/check.h"
#include "native/net/output_state.h"
#include "native/net/system_calls.h"

namespace fastserve::net {

namespace {

constexpr int kMaxParts = 64;  // iovecs in one sendmsg

// Sends the memory at the front. Returns what the kernel took, or -1 with errno; *offered is what it was asked to take.
ssize_t SendMemory(const OutputState& state, int socket, size_t budget, bool fin_follows, size_t* offered) {
  iovec parts[kMaxParts];
  size_t count = 0;
  size_t bytes = 0;
  size_t at = state.first;
  for (; at < state.segments.size() && count < kMaxParts && bytes < budget; ++at, ++count) {
    const Segment& segment = state.segments[at];
    if (segment.kind == Segment::Kind::kFile) break;
    const size_t length = std::min<uint64_t>(segment.length, budget - bytes);
    parts[count] = {const_cast<char*>(segment.data), length};
    bytes += length;
  }
  *offered = bytes;
  // The head of a response waits for the first bytes of its file, which this same Flush sends next, the last bytes of all for
  // the FIN.
  const bool is_last = at == state.segments.size();
  const bool more_follows =
      bytes < budget && (is_last ? fin_follows : state.segments[at].kind == Segment::Kind::kFile);
  const int flags = MSG_NOSIGNAL | (more_follows ? MSG_MORE : 0);
  if (count == 1) return Send(socket, parts[0].iov_base, parts[0].iov_len, flags);
  msghdr message{};
  message.msg_iov = parts;
  message.msg_iovlen = count;
  return SendMessage(socket, message, flags);
}

ssize_t SendFile(const Segment& file, int socket, size_t budget, size_t* offered) {
  off_t offset = static_cast<off_t>(file.offset);
  *offered = std::min<uint64_t>(file.pages == nullptr ? file.length : std::min(file.length, file.present), budget);
  return ::sendfile(socket, file.fd, &offset, *offered);
}

}  // namespace

OutputQueue::OutputQueue() = default;

OutputQueue::~OutputQueue() { FASTSERVE_CHECK(!state_, "an output queue died with blocks of its pool"); }

OutputState& OutputQueue::Ensure(BlockPool& pool) {
  if (!state_) state_.reset(pool.TakeState());
  return *state_;
}

void OutputQueue::Append(BlockPool& pool, std::string_view bytes) {
  while (!bytes.empty()) {
    OutputState& state = Ensure(pool);
    if (state.tail_room() == 0) state.StartBlock(pool);
    const size_t length = std::min(bytes.size(), state.tail_room());
    std::memcpy(state.ExtendTail(length), bytes.data(), length);
    bytes.remove_prefix(length);
  }
}

char* OutputQueue::Reserve(BlockPool& pool, size_t size) {
  FASTSERVE_CHECK(size <= BlockPool::kBlockBytes, "a reservation is larger than a block");
  static char nothing;
  if (size == 0) return &nothing;
  OutputState& state = Ensure(pool);
  if (state.tail_room() < size) state.StartBlock(pool);
  return state.ExtendTail(size);
}

void OutputQueue::AppendBorrowed(std::string_view bytes, Release release) {
  if (bytes.empty()) return release.Run();
  if (!state_) state_ = std::make_unique<OutputState>();
  state_->memory_bytes += bytes.size();
  Segment& segment = state_->Push(Segment::Kind::kBorrowed, bytes.size());
  segment.data = bytes.data();
  segment.release = release;
}

void OutputQueue::AppendFile(int fd, uint64_t offset, uint64_t length, Release release, PageWatch* pages) {
  if (length == 0) return release.Run();
  if (!state_) state_ = std::make_unique<OutputState>();
  state_->file_bytes += length;
  Segment& segment = state_->Push(Segment::Kind::kFile, length);
  segment.fd = fd;
  segment.offset = offset;
  segment.release = release;
  segment.pages = pages;
}

FlushStatus OutputQueue::Flush(BlockPool& pool, int socket, size_t budget, uint64_t* sent, bool fin_follows) {
  if (state_ && state_->is_one_piece() && state_->segments[state_->first].length < budget) {
    return FlushOnePiece(pool, socket, sent, fin_follows);
  }
  while (state_) {
    OutputState& state = *state_;
    if (state.sent_all()) {
      pool.GiveState(state_.release());
      break;
    }
    if (state.truncated) return FlushStatus::kError;
    const bool is_file = state.segments[state.first].kind == Segment::Kind::kFile;
    if (budget == 0) {
      state.ForgetPages();
      return FlushStatus::kYield;
    }
    if (is_file && !state.FindPages(budget)) [[unlikely]] return FlushStatus::kAwaitsPages;
    size_t offered = 0;
    const ssize_t taken = is_file ? SendFile(state.segments[state.first], socket, budget, &offered)
                                  : SendMemory(state, socket, budget, fin_follows, &offered);
    if (taken < 0) {
      if (errno == EINTR) continue;
      if (errno != EAGAIN) return FlushStatus::kError;
      state.ForgetPages();
      return FlushStatus::kBlocked;
    }
    if (taken == 0) {  // only sendfile does that, at the end of the file
      state.truncated = true;
      return FlushStatus::kError;
    }
    *sent += static_cast<uint64_t>(taken);
    budget -= static_cast<size_t>(taken);
    if (is_file) state.UsePages(static_cast<uint64_t>(taken));
    state.Consume(pool, static_cast<uint64_t>(taken));
    // A short send has filled the socket: the kernel will report the next room, as after EAGAIN. To go on at once would send
    // one segment after the other, as the client takes them.
    if (static_cast<size_t>(taken) < offered) {
      state.ForgetPages();
      return FlushStatus::kBlocked;
    }
  }
  return FlushStatus::kEmpty;
}

// What most answers are: their only segment goes, and with it everything.
FlushStatus OutputQueue::FlushOnePiece(BlockPool& pool, int socket, uint64_t* sent, bool fin_follows) {
  OutputState& state = *state_;
  const Segment& segment = state.segments[state.first];
  const int flags = MSG_NOSIGNAL | (fin_follows ? MSG_MORE : 0);
  ssize_t taken;
  do {
    taken = Send(socket, segment.data, segment.length, flags);
  } while (taken < 0 && errno == EINTR);
  if (taken < 0) return errno == EAGAIN ? FlushStatus::kBlocked : FlushStatus::kError;
  *sent += static_cast<uint64_t>(taken);
  if (static_cast<uint64_t>(taken) < segment.length) {
    state.Consume(pool, static_cast<uint64_t>(taken));
    return FlushStatus::kBlocked;
  }
  state.PopFront(pool);
  pool.GiveState(state_.release());
  return FlushStatus::kEmpty;
}

void OutputQueue::DropWhenSent(BlockPool& pool) {
  if (state_ && state_->sent_all()) pool.GiveState(state_.release());
}

std::string_view OutputQueue::FrontMemory() const {
  if (!state_ || state_->sent_all()) return {};
  const Segment& front = state_->segments[state_->first];
  return front.kind == Segment::Kind::kFile ? std::string_view{} : std::string_view(front.data, front.length);
}

bool OutputQueue::fronts_file() const {
  return state_ && !state_->sent_all() && state_->segments[state_->first].kind == Segment::Kind::kFile;
}

void OutputQueue::Skip(BlockPool& pool, size_t size) {
  FASTSERVE_CHECK(size <= FrontMemory().size(), "more is skipped than is in one piece");
  state_->Consume(pool, size);
  DropWhenSent(pool);
}

ssize_t OutputQueue::Take(BlockPool& pool, char* into, size_t room) {
  size_t taken = 0;
  while (taken < room && state_ && !state_->sent_all() && !state_->truncated) {
    const Segment& front = state_->segments[state_->first];
    size_t size = std::min<uint64_t>(front.length, room - taken);
    if (front.kind == Segment::Kind::kFile) {
      if (!state_->FindPages(size)) break;
      if (front.pages != nullptr) size = std::min<uint64_t>(size, front.present);
      const ssize_t got = ::pread(front.fd, into + taken, size, static_cast<off_t>(front.offset));
      if (got < 0 && errno == EINTR) continue;
      state_->truncated = got <= 0;
      size = got > 0 ? static_cast<size_t>(got) : 0;
      state_->UsePages(size);
    } else {
      std::memcpy(into + taken, front.data, size);
    }
    state_->Consume(pool, size);
    taken += size;
  }
  const bool broken = state_ && state_->truncated;
  DropWhenSent(pool);
  return broken ? -1 : static_cast<ssize_t>(taken);
}

FilePiece OutputQueue::FrontPages() const {
  if (!state_ || state_->sent_all()) return {};
  const Segment& front = state_->segments[state_->first];
  if (front.kind != Segment::Kind::kFile || front.pages == nullptr) return {};
  return {front.pages, front.fd, front.offset, front.length};
}

void OutputQueue::GrantPages(const PageWatch* pages, uint64_t offset, uint64_t length) {
  const FilePiece front = FrontPages();
  if (front.pages == nullptr || front.pages != pages || front.offset != offset) return;
  state_->segments[state_->first].present = length;
}

void OutputQueue::ForgetPages() {
  if (state_) state_->ForgetPages();
}

uint64_t OutputQueue::pending_bytes() const { return state_ ? state_->memory_bytes + state_->file_bytes : 0; }
uint64_t OutputQueue::pending_memory() const { return state_ ? state_->memory_bytes : 0; }
bool OutputQueue::truncated() const { return state_ && state_->truncated; }

void OutputQueue::Clear(BlockPool& pool) {
  if (!state_) return;
  while (!state_->sent_all()) state_->PopFront(pool);
  pool.GiveState(state_.release());
}

}  // namespace fastserve::net
