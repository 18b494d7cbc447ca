/*
 * Preloaded into a server (LD_PRELOAD): makes system calls of the addon fail, as a test asks while the server runs.
 *
 * FAULTS_PAGE names a file that holds one Rule for each Call; faults.ts writes it. Only calls that the addon makes itself fail,
 * but for kHostThread: Node's own always succeed, since what is to be proved is how the front bears it. Any thread.
 *
 * DESIGN: the front watches its sockets edge-triggered, and epoll(7) promises a new edge behind EAGAIN and behind a count that
 * is short because the socket was drained or full. A call that we shorten or refuse has done neither, so the kernel owes no
 * edge; Rearm gives one, which is what the kernel would do when data or room comes a moment later.
 *
 * kHang is no call but a state of a disk: while its rule is set, whoever opens or reads a file with ".slow" in its name waits, and
 * who says that he must not wait is told EAGAIN. Both count as hits.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <link.h>
#include <linux/openat2.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

/* In the order of CALLS in faults.ts. kFstatat: a look at a name, by statx where it must not wait. kHostThread: threads that Node starts, for workers among others. */
enum Call {
  kAccept, kRecv, kSend, kSendmsg, kSendfile, kEpollWait, kEpollAdd, kEpollModify, kOpenat2, kFstat, kFstatat, kPread, kWrite,
  kSocket, kBind, kListen, kSetsockopt, kDuplicate, kOpen, kEpollCreate, kEventfd, kThread, kFdopendir, kReaddir, kPwrite,
  kHostThread, kHang, kCallCount
};

/* Shared with faults.ts: 16 bytes, little-endian. */
struct Rule {
  uint32_t every;  /* each call whose number it divides is hit; 0: none */
  int32_t error;   /* an errno; 0: the call takes or gives one byte */
  atomic_uint calls;
  atomic_uint hits;
};

enum Fate { kSpared, kRefused, kShortened };

/* Where a descriptor is watched. */
struct Watch {
  int epoll;
  struct epoll_event event;
};

enum { kDescriptors = 1 << 16 };

static struct Rule *rules;
static struct Watch watches[kDescriptors];
static _Atomic uint8_t is_eventfd[kDescriptors];
static _Atomic uint8_t is_slow[kDescriptors];
static atomic_uintptr_t addon_begin;
static atomic_uintptr_t addon_end;

__attribute__((constructor)) static void MapPage(void) {
  const char *path = getenv("FAULTS_PAGE");
  const int fd = path == NULL ? -1 : open(path, O_RDWR | O_CLOEXEC);
  if (fd < 0) return;
  void *page = mmap(NULL, sizeof(struct Rule) * kCallCount, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close(fd);
  if (page != MAP_FAILED) rules = page;
}

/* The C library's function behind ours. */
static void *Real(const char *name) {
  void *found = dlsym(RTLD_NEXT, name);
  if (found == NULL) abort();
  return found;
}

#define REAL(name) \
  static __typeof__(name) *real; \
  if (real == NULL) real = Real(#name)

static int NoteAddon(struct dl_phdr_info *object, size_t size, void *unused) {
  (void)size;
  (void)unused;
  if (strstr(object->dlpi_name, "/fastserve.node") == NULL) return 0;
  uintptr_t end = 0;
  for (int i = 0; i < object->dlpi_phnum; ++i) {
    const uintptr_t segment_end = object->dlpi_phdr[i].p_vaddr + object->dlpi_phdr[i].p_memsz;
    if (object->dlpi_phdr[i].p_type == PT_LOAD && segment_end > end) end = segment_end;
  }
  atomic_store(&addon_begin, object->dlpi_addr);
  atomic_store(&addon_end, object->dlpi_addr + end);
  return 1;
}

static int IsAddon(const void *caller) {
  if (atomic_load(&addon_end) == 0) dl_iterate_phdr(NoteAddon, NULL);
  const uintptr_t at = (uintptr_t)caller;
  return at >= atomic_load(&addon_begin) && at < atomic_load(&addon_end);
}

/* What becomes of a call, whoever makes it. kRefused: errno is set. */
static enum Fate FateOfAny(enum Call call) {
  if (rules == NULL || rules[call].every == 0) return kSpared;
  struct Rule *rule = &rules[call];
  if ((atomic_fetch_add(&rule->calls, 1) + 1) % rule->every != 0) return kSpared;
  atomic_fetch_add(&rule->hits, 1);
  if (rule->error == 0) return kShortened;
  errno = rule->error;
  return kRefused;
}

/* The same for calls from the addon only. */
static enum Fate FateOf(enum Call call, const void *caller) {
  return rules == NULL || rules[call].every == 0 || !IsAddon(caller) ? kSpared : FateOfAny(call);
}

#define FATE(call) FateOf(call, __builtin_return_address(0))

/* A read or a look at a slow disk. 0: it may go on, at once or after a while; else it is to be refused, with errno. */
static int Hang(int is_on_slow_disk, int must_not_wait) {
  if (!is_on_slow_disk || rules == NULL || rules[kHang].every == 0) return 0;
  atomic_fetch_add(&rules[kHang].hits, 1);
  if (must_not_wait) {
    errno = EAGAIN;
    return 1;
  }
  const struct timespec moment = {0, 1000000};
  while (*(volatile uint32_t *)&rules[kHang].every != 0) nanosleep(&moment, NULL);
  return 0;
}

static int IsSlow(int fd) { return fd >= 0 && fd < kDescriptors && is_slow[fd]; }

/* See DESIGN. Keeps errno. */
static void Rearm(int fd) {
  const int kept = errno;
  REAL(epoll_ctl);
  if (fd >= 0 && fd < kDescriptors && watches[fd].epoll > 0) {
    struct epoll_event event = watches[fd].event;
    real(watches[fd].epoll, EPOLL_CTL_MOD, fd, &event);
  }
  errno = kept;
}

/* ---- descriptors and loops ---- */

int epoll_ctl(int epoll, int operation, int fd, struct epoll_event *event) {
  REAL(epoll_ctl);
  const void *caller = __builtin_return_address(0);
  if (operation == EPOLL_CTL_ADD && FateOf(kEpollAdd, caller) == kRefused) return -1;
  if (operation == EPOLL_CTL_MOD && FateOf(kEpollModify, caller) == kRefused) return -1;
  const int result = real(epoll, operation, fd, event);
  if (result != 0 || fd < 0 || fd >= kDescriptors || !IsAddon(caller)) return result;
  if (operation == EPOLL_CTL_DEL) {
    watches[fd].epoll = 0;
  } else {
    watches[fd] = (struct Watch){epoll, *event};
  }
  return result;
}

int epoll_wait(int epoll, struct epoll_event *events, int room, int timeout_ms) {
  REAL(epoll_wait);
  return FATE(kEpollWait) == kRefused ? -1 : real(epoll, events, room, timeout_ms);
}

int epoll_create1(int flags) {
  REAL(epoll_create1);
  return FATE(kEpollCreate) == kRefused ? -1 : real(flags);
}

int eventfd(unsigned count, int flags) {
  REAL(eventfd);
  if (FATE(kEventfd) == kRefused) return -1;
  const int fd = real(count, flags);
  if (fd >= 0 && fd < kDescriptors) is_eventfd[fd] = 1;
  return fd;
}

int dup(int fd) {
  REAL(dup);
  return FATE(kDuplicate) == kRefused ? -1 : real(fd);
}

/* Every command that we let through takes at most one argument of a word's size. */
int fcntl64(int fd, int command, ...) {
  REAL(fcntl64);
  va_list arguments;
  va_start(arguments, command);
  void *argument = va_arg(arguments, void *);
  va_end(arguments);
  if (command == F_DUPFD_CLOEXEC && FATE(kDuplicate) == kRefused) return -1;
  const int result = real(fd, command, argument);
  if (command == F_DUPFD_CLOEXEC && result >= 0 && result < kDescriptors) is_slow[result] = IsSlow(fd);
  return result;
}

/* std::thread calls from the C++ library, which is Node's copy: the addon is a caller further up. */
static const void *CallerInAddon(void) {
  void *frames[12];
  const int count = backtrace(frames, 12);
  for (int i = 0; i < count; ++i) {
    if (IsAddon(frames[i])) return frames[i];
  }
  return NULL;
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*body)(void *), void *argument) {
  REAL(pthread_create);
  if (rules == NULL || (rules[kThread].every == 0 && rules[kHostThread].every == 0)) return real(thread, attributes, body, argument);
  const void *caller = CallerInAddon();
  const enum Fate fate = caller != NULL ? FateOf(kThread, caller) : FateOfAny(kHostThread);
  return fate == kRefused ? errno : real(thread, attributes, body, argument);
}

/* ---- sockets ---- */

int socket(int domain, int type, int protocol) {
  REAL(socket);
  return FATE(kSocket) == kRefused ? -1 : real(domain, type, protocol);
}

int bind(int fd, const struct sockaddr *address, socklen_t length) {
  REAL(bind);
  return FATE(kBind) == kRefused ? -1 : real(fd, address, length);
}

int listen(int fd, int backlog) {
  REAL(listen);
  return FATE(kListen) == kRefused ? -1 : real(fd, backlog);
}

int setsockopt(int fd, int level, int option, const void *value, socklen_t length) {
  REAL(setsockopt);
  return FATE(kSetsockopt) == kRefused ? -1 : real(fd, level, option, value, length);
}

int accept4(int listener, struct sockaddr *peer, socklen_t *length, int flags) {
  REAL(accept4);
  return FATE(kAccept) == kRefused ? -1 : real(listener, peer, length, flags);
}

/*
 * What becomes of a call that moves bytes between a socket and memory. 0: it may move *length of them; -1: it is refused, with errno.
 */
static int MayMove(enum Call call, const void *caller, int fd, size_t *length) {
  const enum Fate fate = FateOf(call, caller);
  if (fate != kSpared) Rearm(fd);
  if (fate == kRefused) return -1;
  if (fate == kShortened && *length > 1) *length = 1;
  return 0;
}

/* The same for sendmsg. *message becomes *shorter, which has one byte in *first, where it is shortened. */
static int MaySendMessage(const void *caller, int fd, const struct msghdr **message, struct msghdr *shorter, struct iovec *first) {
  const enum Fate fate = FateOf(kSendmsg, caller);
  if (fate != kSpared) Rearm(fd);
  if (fate == kRefused) return -1;
  if (fate == kSpared || (*message)->msg_iovlen == 0) return 0;
  *first = (struct iovec){(*message)->msg_iov[0].iov_base, 1};
  *shorter = **message;
  shorter->msg_iov = first;
  shorter->msg_iovlen = 1;
  *message = shorter;
  return 0;
}

/* These three are for builds with sanitizers: others call the kernel (native/net/system_calls.h), see syscall below. */

ssize_t recv(int fd, void *into, size_t room, int flags) {
  REAL(recv);
  return MayMove(kRecv, __builtin_return_address(0), fd, &room) != 0 ? -1 : real(fd, into, room, flags);
}

ssize_t send(int fd, const void *bytes, size_t length, int flags) {
  REAL(send);
  return MayMove(kSend, __builtin_return_address(0), fd, &length) != 0 ? -1 : real(fd, bytes, length, flags);
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags) {
  REAL(sendmsg);
  struct msghdr shorter;
  struct iovec first;
  return MaySendMessage(__builtin_return_address(0), fd, &message, &shorter, &first) != 0 ? -1 : real(fd, message, flags);
}

ssize_t sendfile64(int fd, int file, off64_t *offset, size_t length) {
  REAL(sendfile64);
  const enum Fate fate = FATE(kSendfile);
  if (fate != kSpared) Rearm(fd);
  if (fate == kRefused) return -1;
  Hang(IsSlow(file), 0);
  return real(fd, file, offset, fate == kShortened && length > 1 ? 1 : length);
}

/* ---- files ---- */

int open64(const char *path, int flags, ...) {
  REAL(open64);
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = va_arg(arguments, mode_t);
  va_end(arguments);
  return FATE(kOpen) == kRefused ? -1 : real(path, flags, mode);
}

int fstat64(int fd, struct stat64 *status) {
  REAL(fstat64);
  return FATE(kFstat) == kRefused ? -1 : real(fd, status);
}

int fstatat64(int directory, const char *restrict path, struct stat64 *restrict status, int flags) {
  REAL(fstatat64);
  return FATE(kFstatat) == kRefused ? -1 : real(directory, path, status, flags);
}

int statx(int directory, const char *restrict path, int flags, unsigned mask, struct statx *restrict status) {
  REAL(statx);
  return FATE(kFstatat) == kRefused ? -1 : real(directory, path, flags, mask, status);
}

ssize_t pread64(int fd, void *into, size_t room, off64_t offset) {
  REAL(pread64);
  const enum Fate fate = FATE(kPread);
  if (fate == kRefused) return -1;
  Hang(IsSlow(fd), 0);
  return real(fd, into, fate == kShortened && room > 1 ? 1 : room, offset);
}

/* The front reads into one place at a time. */
ssize_t preadv64v2(int fd, const struct iovec *parts, int count, off64_t offset, int flags) {
  REAL(preadv64v2);
  const enum Fate fate = FATE(kPread);
  if (fate == kRefused) return -1;
  if (Hang(IsSlow(fd), (flags & RWF_NOWAIT) != 0)) return -1;
  if (fate != kShortened || count != 1 || parts[0].iov_len < 2) return real(fd, parts, count, offset, flags);
  const struct iovec first = {parts[0].iov_base, 1};
  return real(fd, &first, 1, offset, flags);
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t offset) {
  REAL(pwrite64);
  const enum Fate fate = FATE(kPwrite);
  if (fate == kRefused) return -1;
  return real(fd, bytes, fate == kShortened && length > 1 ? 1 : length, offset);
}

/* A write to an eventfd that is not full never fails. */
ssize_t write(int fd, const void *bytes, size_t length) {
  REAL(write);
  const int spared = fd >= 0 && fd < kDescriptors && is_eventfd[fd];
  const enum Fate fate = spared ? kSpared : FATE(kWrite);
  if (fate == kRefused) return -1;
  return real(fd, bytes, fate == kShortened && length > 1 ? 1 : length);
}

int close(int fd) {
  REAL(close);
  if (fd >= 0 && fd < kDescriptors) {
    is_eventfd[fd] = 0;
    is_slow[fd] = 0;
    if (watches[fd].epoll != 0) watches[fd].epoll = 0;
  }
  return real(fd);
}

DIR *fdopendir(int fd) {
  REAL(fdopendir);
  return FATE(kFdopendir) == kRefused ? NULL : real(fd);
}

struct dirent64 *readdir64(DIR *directory) {
  REAL(readdir64);
  return FATE(kReaddir) == kRefused ? NULL : real(directory);
}

/* ---- calls by number; each has at most six arguments ---- */

static long OpenAt2(const void *caller, __typeof__(syscall) *real, const long *arguments) {
  if (FateOf(kOpenat2, caller) == kRefused) return -1;
  const int is_slow_file = strstr((const char *)arguments[1], ".slow") != NULL;
  if (is_slow_file && Hang(1, (((const struct open_how *)arguments[2])->resolve & RESOLVE_CACHED) != 0)) return -1;
  const long result = real(SYS_openat2, arguments[0], arguments[1], arguments[2], arguments[3]);
  if (is_slow_file && result >= 0 && result < kDescriptors) is_slow[result] = 1;
  return result;
}

long syscall(long number, ...) {
  REAL(syscall);
  const void *caller = __builtin_return_address(0);
  long arguments[6];
  va_list list;
  va_start(list, number);
  for (int i = 0; i < 6; ++i) arguments[i] = va_arg(list, long);
  va_end(list);
  const struct msghdr *message = (const struct msghdr *)arguments[1];
  struct msghdr shorter;
  struct iovec first;
  switch (number) {
    case SYS_openat2:
      return OpenAt2(caller, real, arguments);
    case SYS_recvfrom:
      if (MayMove(kRecv, caller, (int)arguments[0], (size_t *)&arguments[2]) != 0) return -1;
      break;
    case SYS_sendto:
      if (MayMove(kSend, caller, (int)arguments[0], (size_t *)&arguments[2]) != 0) return -1;
      break;
    case SYS_sendmsg:
      if (MaySendMessage(caller, (int)arguments[0], &message, &shorter, &first) != 0) return -1;
      arguments[1] = (long)message;
      break;
    default:
      break;
  }
  return real(number, arguments[0], arguments[1], arguments[2], arguments[3], arguments[4], arguments[5]);
}
