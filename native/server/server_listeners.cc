// The addresses of a server: binding, opening and closing listeners, their certificates, the files of unix sockets.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "native/base/check.h"
#include "native/server/server.h"

namespace fastserve::server {

bool Server::Listen(ListenError* error) {
  for (const ListenOptions& wanted : options_.listen) {
    std::vector<base::UniqueFd> descriptors;
    if (!Bind(wanted, &descriptors, error)) return false;
    listening_[addresses_.size() - 1]->port = addresses_.back().port;
    for (uint32_t io = 0; io < options_.io_threads; ++io) listeners_[io].push_back(std::move(descriptors[io]));
  }
  PointRedirects();
  return true;
}

// One descriptor for each I/O thread; the address joins addresses_.
bool Server::Bind(const ListenOptions& wanted, std::vector<base::UniqueFd>* descriptors, ListenError* error) {
  net::ListenAddress address = wanted.address;
  const bool is_unix = !address.unix_path.empty();
  const bool is_inherited = address.descriptor >= 0;
  for (uint32_t io = 0; io < options_.io_threads; ++io) {
    if ((is_unix || is_inherited) && io > 0) {
      // A unix socket cannot be bound twice, and an inherited one is what it is: all threads accept from the same one.
      descriptors->emplace_back(::fcntl(descriptors->front().get(), F_DUPFD_CLOEXEC, 0));
      if (descriptors->back().valid()) continue;
      *error = {errno, "dup", wanted.address};
      return false;
    }
    net::ListenResult result = net::Listen(address, io == 0 && !wanted.shared, true);
    if (!result.fd.valid()) {
      *error = {result.error, result.step, wanted.address};
      return false;
    }
    if (!is_unix) address.port = result.port;
    descriptors->push_back(std::move(result.fd));
  }
  if (is_inherited) address = net::AddressOf(address.descriptor);
  BoundAddress bound{address.host, address.unix_path, address.port, wanted.secure};
  struct stat file {};
  // The file of an inherited socket is its maker's.
  const bool has_file = is_unix && !address.unix_path.starts_with('@');
  if (has_file && ::lstat(address.unix_path.c_str(), &file) == 0) {
    bound.device = file.st_dev;
    bound.inode = file.st_ino;
  }
  addresses_.push_back(std::move(bound));
  return true;
}

bool Server::AddListener(const ListenOptions& wanted, ListenError* error) {
  std::vector<base::UniqueFd> descriptors;
  if (!Bind(wanted, &descriptors, error)) return false;
  unopened_.emplace(static_cast<uint32_t>(listening_.size()), std::move(descriptors));
  listening_.push_back(std::make_unique<Listening>(wanted));
  listening_.back()->port = addresses_.back().port;
  PointRedirects();
  return true;
}

void Server::OpenListener(uint32_t listener) {
  const auto found = unopened_.find(listener);
  if (found == unopened_.end()) return;
  for (uint32_t io = 0; io < io_threads_.size(); ++io) {
    io_threads_[io]->AddListener(std::move(found->second[io]), *listening_[listener]);
  }
  unopened_.erase(found);
}

void Server::RemoveListener(uint32_t listener) {
  if (listener >= addresses_.size() || !addresses_[listener].open) return;
  RemoveSocketFile(addresses_[listener]);
  addresses_[listener].open = false;
  PointRedirects();
  if (unopened_.erase(listener) > 0) return;
  for (auto& io : io_threads_) io->RemoveListener(*listening_[listener]);
}

// To the first secure listener, whose port is known only now.
void Server::PointRedirects() {
  for (const BoundAddress& target : addresses_) {
    if (!target.secure || !target.open) continue;
    for (auto& listening : listening_) listening->https_port.store(target.port, std::memory_order_relaxed);
    return;
  }
}

bool Server::SetTls(uint32_t listener, tls::ContextOptions options, std::string* error) {
  FASTSERVE_CHECK(IsSecure(listener), "certificates for a listener without TLS");
  options.listener = listener;
  std::shared_ptr<const tls::Context> context = tls::Context::Create(options, ticket_keys_, error);
  if (context == nullptr) return false;
  listening_[listener]->tls.Set(std::move(context));
  return true;
}

bool Server::HasTls() const {
  for (const auto& listening : listening_) {
    if (listening->secure && listening->tls.Get() == nullptr) return false;
  }
  return true;
}

// Nobody can connect any more: the paths are free for the next server.
void Server::RemoveSocketFiles() {
  for (BoundAddress& bound : addresses_) RemoveSocketFile(bound);
}

// A file that somebody else has put there stays.
void Server::RemoveSocketFile(BoundAddress& bound) {
  struct stat file {};
  if (bound.unix_path.empty() || bound.inode == 0 || ::lstat(bound.unix_path.c_str(), &file) != 0) return;
  if (file.st_dev == bound.device && file.st_ino == bound.inode) ::unlink(bound.unix_path.c_str());
  bound.inode = 0;
}

void Server::CloseListeners() {
  RemoveSocketFiles();
  unopened_.clear();
  for (auto& listeners : listeners_) listeners.clear();
}

}  // namespace fastserve::server
