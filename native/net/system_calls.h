// recv(2), send(2) and sendmsg(2) as threads call them that nobody ever cancels, which all of ours are. Any thread.
//
// DESIGN: POSIX makes the C library's functions of these names points at which a thread may be cancelled. In a process with several
// threads glibc therefore changes the thread's state by an atomic operation before and after each of them. syscall(2) is no such point,
// and has the same results and errno. Sanitizers learn what the kernel has read and written from the C library's functions, so their
// builds call those.
#pragma once

#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#include <cstddef>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define FASTSERVE_UNSEEN_CALLS 0
#elif defined(__has_feature)
#define FASTSERVE_UNSEEN_CALLS \
  !(__has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer))
#else
#define FASTSERVE_UNSEEN_CALLS 1
#endif

namespace fastserve::net {

// As recv(2).
inline ssize_t Receive(int socket, void* into, size_t room, int flags) {
#if FASTSERVE_UNSEEN_CALLS
  return ::syscall(SYS_recvfrom, socket, into, room, flags, nullptr, nullptr);
#else
  return ::recv(socket, into, room, flags);
#endif
}

// As send(2).
inline ssize_t Send(int socket, const void* bytes, size_t length, int flags) {
#if FASTSERVE_UNSEEN_CALLS
  return ::syscall(SYS_sendto, socket, bytes, length, flags, nullptr, 0);
#else
  return ::send(socket, bytes, length, flags);
#endif
}

// As sendmsg(2).
inline ssize_t SendMessage(int socket, const msghdr& message, int flags) {
#if FASTSERVE_UNSEEN_CALLS
  return ::syscall(SYS_sendmsg, socket, &message, flags);
#else
  return ::sendmsg(socket, &message, flags);
#endif
}

}  // namespace fastserve::net

#undef FASTSERVE_UNSEEN_CALLS
