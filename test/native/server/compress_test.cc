// Coded forms through a whole server: shared by its I/O threads, counted, and gone with it.
#include <string>
#include <vector>

#include "test/native/compress/decoders.h"
#include "test/native/files/site.h"
#include "test/native/server/running_server.h"
#include "test/native/testing.h"

using namespace fastserve;
using namespace fastserve::server;

namespace {

constexpr char kGzip[] = "Accept-Encoding: gzip\r\n";

// "/": 20 files of text, by two I/O threads.
class CompressingServer : files::Site {
 public:
  static constexpr int kFiles = 20;
  CompressingServer() : files::Site("/"), server_(Options(), Mounts()) {}
  RunningServer& operator*() { return server_; }
  uint16_t port() { return server_.port(); }
  static std::string Content(int i) { return std::string(3000, static_cast<char>('a' + i)); }

 private:
  static ServerOptions Options() {
    ServerOptions options;
    options.io_threads = 2;
    options.compress = {.codings = {http::Coding::kGzip}, .types = {"text/*"}};
    options.compress.levels.fill(6);
    return options;
  }
  std::vector<files::Mount> Mounts() {
    for (int i = 0; i < kFiles; ++i) Write(std::to_string(i) + ".txt", Content(i));
    mount.compress = true;
    std::vector<files::Mount> mounts;
    mounts.push_back(std::move(mount));
    return mounts;
  }
  RunningServer server_;
};

}  // namespace

TEST("compress: clients of every I/O thread get the forms, each made once") {
  CompressingServer server;
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 8; ++i) clients.push_back(std::make_unique<Client>(server.port()));
  for (int i = 0; i < CompressingServer::kFiles; ++i) {
    for (const auto& client : clients) {
      Response response;
      do {
        client->Get("/" + std::to_string(i) + ".txt", kGzip);
        response = client->Read();
        REQUIRE(response.status == 200 && response.complete);
      } while (response.Field("Content-Encoding") != "gzip");
      CHECK(compress::DecodeWhole(http::Coding::kGzip, response.body) == CompressingServer::Content(i));
    }
  }
  const Totals totals = (**server).ReadTotals();
  CHECK_EQ(totals.variants_made, static_cast<uint64_t>(CompressingServer::kFiles));
  CHECK(totals.variant_bytes > 0);
}

TEST("compress: a server stops while forms are being asked for") {
  CompressingServer server;
  Client client(server.port());
  for (int i = 0; i < CompressingServer::kFiles; ++i) client.Get("/" + std::to_string(i) + ".txt", kGzip);
  REQUIRE(client.Read().status == 200);
  (*server).RequestStop(0);
  CHECK((*server).AwaitStop());
}
