#include "native/files/opening/safe_open.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <limits.h>
#include <stddef.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/un.h>

#include <cerrno>

#include "test/native/files/child.h"
#include "test/native/files/descriptor_limit.h"
#include "test/native/files/site.h"
#include "test/native/testing.h"

using namespace fastserve;
using namespace fastserve::files;

namespace {

OpenStatus Open(const Site& site, const std::string& name) {
  base::UniqueFd fd;
  FileStamp stamp;
  const OpenStatus status = OpenBeneath(site.mount.root_fd.get(), name.c_str(), &fd, &stamp);
  CHECK_EQ(fd.valid(), status == OpenStatus::kOpened);
  return status;
}

void Link(const Site& site, const std::string& target, const std::string& name) {
  std::filesystem::create_symlink(target, site.At(name));
}

// Answers openat2 with `error` in this process from now on, as an old kernel or a container's profile does.
bool RefuseOpenAt2(uint32_t error) {
  sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat2, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog program{.len = 4, .filter = filter};
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

std::string ErrorOfRoot(const std::string& root) {
  Mount mount;
  mount.prefix = "/p/";
  mount.root = root;
  std::string error;
  CHECK_EQ(OpenRoot(&mount, &error), mount.root_fd.valid());
  return error;
}

}  // namespace

TEST("files: a regular file is opened with the stamp of its content") {
  Site site;
  site.Write("dir/a.txt", "hello");
  base::UniqueFd fd;
  FileStamp stamp, by_name;
  REQUIRE(OpenBeneath(site.mount.root_fd.get(), "dir/a.txt", &fd, &stamp) == OpenStatus::kOpened);
  CHECK_EQ(stamp.size, 5u);
  CHECK((::fcntl(fd.get(), F_GETFD) & FD_CLOEXEC) != 0);
  CHECK(StampOfName(site.mount.root_fd.get(), "dir/a.txt", &by_name));
  CHECK(stamp == by_name);
}

TEST("files: directories, missing names and over-long names are told apart from files") {
  Site site;
  site.Write("dir/a.txt", "hello");
  CHECK_EQ(Open(site, "dir"), OpenStatus::kDirectory);
  CHECK_EQ(Open(site, "nope"), OpenStatus::kNotFound);
  CHECK_EQ(Open(site, "dir/a.txt/b"), OpenStatus::kNotFound);
  CHECK_EQ(Open(site, std::string(300, 'a')), OpenStatus::kNotFound);
}

TEST("files: no name climbs out of the root") {
  Site site;
  site.Write("../secret.txt", "secret");
  CHECK_EQ(Open(site, "../secret.txt"), OpenStatus::kNotAllowed);
  CHECK_EQ(Open(site, site.At("../secret.txt")), OpenStatus::kNotAllowed);
  CHECK_EQ(Open(site, "/etc/passwd"), OpenStatus::kNotAllowed);
}

TEST("files: a link is followed while it stays beneath the root") {
  Site site;
  site.Write("dir/a.txt", "hello");
  Link(site, "dir/a.txt", "inside");
  Link(site, "dir", "inside-directory");
  Link(site, "../dir/a.txt", "dir/up-and-down");
  CHECK_EQ(Open(site, "inside"), OpenStatus::kOpened);
  CHECK_EQ(Open(site, "inside-directory/a.txt"), OpenStatus::kOpened);
  CHECK_EQ(Open(site, "dir/up-and-down"), OpenStatus::kOpened);
}

TEST("files: a link out of the root is refused, relative, absolute or through a directory") {
  Site site;
  site.Write("../outside/secret.txt", "secret");
  Link(site, "../outside/secret.txt", "relative");
  Link(site, site.At("../outside/secret.txt"), "absolute");
  Link(site, "../outside", "directory");
  Link(site, "/proc/self/root", "magic");
  CHECK_EQ(Open(site, "relative"), OpenStatus::kNotAllowed);
  CHECK_EQ(Open(site, "absolute"), OpenStatus::kNotAllowed);
  CHECK_EQ(Open(site, "directory/secret.txt"), OpenStatus::kNotAllowed);
  CHECK_EQ(Open(site, "directory"), OpenStatus::kNotAllowed);
  CHECK_EQ(Open(site, "magic/etc/passwd"), OpenStatus::kNotAllowed);
}

TEST("files: links that lead nowhere are not found") {
  Site site;
  Link(site, "loop", "loop");
  Link(site, "does-not-exist", "dangling");
  CHECK_EQ(Open(site, "loop"), OpenStatus::kNotFound);
  CHECK_EQ(Open(site, "dangling"), OpenStatus::kNotFound);
}

TEST("files: a FIFO is refused without being opened for reading") {
  Site site;
  REQUIRE(::mkfifo(site.At("fifo").c_str(), 0666) == 0);
  const base::UniqueFd watch(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  REQUIRE(::inotify_add_watch(watch.get(), site.At("fifo").c_str(), IN_OPEN) >= 0);
  CHECK_EQ(Open(site, "fifo"), OpenStatus::kNotRegular);
  alignas(inotify_event) char event[sizeof(inotify_event) + NAME_MAX + 1];
  CHECK_EQ(::read(watch.get(), event, sizeof(event)), -1);  // nothing happened to it
}

TEST("files: a socket is refused") {
  Site site;
  const base::UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  REQUIRE(site.At("sock").copy(address.sun_path, sizeof(address.sun_path) - 1) == site.At("sock").size());
  REQUIRE(::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0);
  CHECK_EQ(Open(site, "sock"), OpenStatus::kNotRegular);
}

TEST("files: a device is refused, by name where it may be made, and by link always") {
  Site site;
  Link(site, "/dev/zero", "link");
  CHECK_EQ(Open(site, "link"), OpenStatus::kNotAllowed);
  if (::mknod(site.At("null").c_str(), S_IFCHR | 0666, makedev(1, 3)) == 0) {
    CHECK_EQ(Open(site, "null"), OpenStatus::kNotRegular);
  }
}

TEST("files: a file that the server may not read is not allowed") {
  Site site;
  site.Write("private.txt", "secret");
  REQUIRE(::chmod(site.At("private.txt").c_str(), 0) == 0);
  std::filesystem::permissions(site.At(".."), std::filesystem::perms(0755));
  CHECK(HoldsInChild([&] {
    if (::geteuid() == 0 && ::setuid(65534) != 0) return false;  // root reads everything
    return Open(site, "private.txt") == OpenStatus::kNotAllowed;
  }));
}

TEST("files: without a free descriptor the outcome is exhaustion, not absence") {
  Site site;
  site.Write("a.txt", "hello");
  OpenStatus status;
  {
    const NoMoreDescriptors limit;
    status = Open(site, "a.txt");
  }
  CHECK_EQ(status, OpenStatus::kExhausted);
}

TEST("files: one free descriptor is enough to open a file") {
  Site site;
  site.Write("a.txt", "hello");
  OpenStatus status;
  {
    const NoMoreDescriptors limit(1);
    status = Open(site, "a.txt");
  }
  CHECK_EQ(status, OpenStatus::kOpened);
}

TEST("files: any change of a file changes its stamp") {
  Site site;
  site.Write("a.txt", "one");
  FileStamp before, after;
  const int root = site.mount.root_fd.get();
  REQUIRE(StampOfName(root, "a.txt", &before));
  site.Write("a.txt", "two");
  REQUIRE(StampOfName(root, "a.txt", &after));
  CHECK(!(before == after));
}

TEST("files: a missing root and a root that is a file are configuration errors that name it") {
  Site site;
  site.Write("file", "");
  for (const std::string& root : {site.At("nope"), site.At("file"), std::string()}) {
    const std::string error = ErrorOfRoot(root);
    CHECK(error.find("\"" + root + "\"") != std::string::npos);
    CHECK(error.find("\"/p/\"") != std::string::npos);
  }
}

TEST("files: a kernel or a container without openat2 is a configuration error that says so") {
  Site site;
  for (const uint32_t error : {ENOSYS, EPERM}) {
    CHECK(HoldsInChild([&] {
      return RefuseOpenAt2(error) && ErrorOfRoot(site.mount.root).find("Linux 5.6") != std::string::npos;
    }));
  }
}
