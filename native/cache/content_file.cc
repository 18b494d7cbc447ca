#include "native/cache/content_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace fastserve::cache {
namespace {

// "always within_size advise [never] deny force": the one in brackets holds. Without the file there are no huge pages.
bool HasHugePages() {
  const base::UniqueFd fd(::open("/sys/kernel/mm/transparent_hugepage/shmem_enabled", O_RDONLY | O_CLOEXEC));
  if (!fd.valid()) return false;
  char text[256];
  const ssize_t length = ::read(fd.get(), text, sizeof text);
  const std::string_view modes(text, length > 0 ? static_cast<size_t>(length) : 0);
  return modes.find("[never]") == std::string_view::npos && modes.find("[advise]") == std::string_view::npos &&
         modes.find("[deny]") == std::string_view::npos;
}

// A write beyond that limit ends the process (SIGXFSZ), and offsets here only grow.
bool LimitsFileSize() {
  rlimit limit;
  return ::getrlimit(RLIMIT_FSIZE, &limit) != 0 || limit.rlim_cur != RLIM_INFINITY;
}

}  // namespace

std::shared_ptr<ContentFile> ContentFile::Make() {
  if (LimitsFileSize() || HasHugePages()) return nullptr;
  base::UniqueFd fd(::memfd_create("fastserve-cache", MFD_CLOEXEC));
  if (!fd.valid()) return nullptr;
  const auto page_bytes = static_cast<size_t>(::sysconf(_SC_PAGESIZE));
  return std::shared_ptr<ContentFile>(new ContentFile(std::move(fd), page_bytes));
}

std::optional<uint64_t> ContentFile::Put(std::string_view bytes) {
  const uint64_t begin = next_.fetch_add(PagesOf(bytes.size()), std::memory_order_relaxed);
  for (size_t written = 0; written < bytes.size();) {
    const ssize_t got = ::pwrite(fd_.get(), bytes.data() + written, bytes.size() - written, static_cast<off_t>(begin + written));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) {
      GiveBack(begin, bytes.size());
      return std::nullopt;
    }
    written += static_cast<size_t>(got);
  }
  return begin;
}

void ContentFile::GiveBack(uint64_t offset, size_t size) {
  int result;
  do {
    result = ::fallocate(fd_.get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, static_cast<off_t>(offset),
                         static_cast<off_t>(PagesOf(size)));
  } while (result != 0 && errno == EINTR);
}

}  // namespace fastserve::cache
