/*
 * Preloaded into a server (LD_PRELOAD): moves the wall clock while the server runs, for all of the process. CLOCK_PAGE names a
 * file of eight bytes, the seconds by which it is wrong; clock.test.ts writes it. Clocks that only go on are left alone.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static _Atomic int64_t *offset_seconds;

__attribute__((constructor)) static void MapPage(void) {
  const char *path = getenv("CLOCK_PAGE");
  const int fd = path == NULL ? -1 : open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return;
  void *page = mmap(NULL, sizeof(int64_t), PROT_READ, MAP_SHARED, fd, 0);
  close(fd);
  if (page != MAP_FAILED) offset_seconds = page;
}

static int64_t Offset(void) { return offset_seconds == NULL ? 0 : atomic_load(offset_seconds); }

int clock_gettime(clockid_t clock, struct timespec *into) {
  static __typeof__(clock_gettime) *real;
  if (real == NULL) real = (__typeof__(clock_gettime) *)dlsym(RTLD_NEXT, "clock_gettime");
  const int result = real(clock, into);
  if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) into->tv_sec += Offset();
  return result;
}

int gettimeofday(struct timeval *restrict into, void *restrict zone) {
  static __typeof__(gettimeofday) *real;
  if (real == NULL) real = (__typeof__(gettimeofday) *)dlsym(RTLD_NEXT, "gettimeofday");
  const int result = real(into, zone);
  if (result == 0) into->tv_sec += Offset();
  return result;
}

time_t time(time_t *into) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (into != NULL) *into = now.tv_sec;
  return now.tv_sec;
}
