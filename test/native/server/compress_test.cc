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
  // "large.txt": its form has some 70,000 bytes.
  static std::string LargeContent() {
    std::string content;
    for (uint32_t state = 1; content.size() < 100'000; content.push_back(static_cast<char>('A' + (state >> 27)))) {
      state = state * 1664525 + 1013904223;
    }
    return content;
  }

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
    Write("large.txt", LargeContent());
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

TEST("compress: parts of a large form go out in order while others are held, and are given back when the client leaves") {
  CompressingServer server;
  Client client(server.port());
  std::string form;
  while (form.empty()) {  // until its stamp is settled and it is made
    client.Get("/large.txt", kGzip);
    const Response response = client.Read();
    REQUIRE(response.status == 200 && response.complete);
    if (response.Field("Content-Encoding") == "gzip") form = response.body;
  }
  REQUIRE(form.size() > 50'000);
  CHECK(compress::DecodeWhole(http::Coding::kGzip, form) == CompressingServer::LargeContent());
  const std::string ranges = std::string(kGzip) + "Range: bytes=0-3,10-40009,-4\r\n";
  for (int i = 0; i < 3; ++i) client.Get("/large.txt", ranges);
  for (int i = 0; i < 3; ++i) {
    const Response response = client.Read();
    CHECK_EQ(response.status, 206);
    CHECK(response.complete);
    CHECK(response.body.find("\r\n\r\n" + form.substr(0, 4) + "\r\n--") != std::string::npos);
    CHECK(response.body.find("\r\n\r\n" + form.substr(10, 40'000) + "\r\n--") != std::string::npos);
    CHECK(response.body.find("\r\n\r\n" + form.substr(form.size() - 4) + "\r\n--") != std::string::npos);
  }
  Client leaving(server.port(), 4096);
  for (int i = 0; i < 50; ++i) leaving.Get("/large.txt", ranges);
  REQUIRE(leaving.Swallow(1000));
  leaving.Reset();
  CHECK((*server).AwaitTotals([](const Totals& totals) { return totals.connections_open == 1; }));
}

TEST("compress: a server stops while forms are being asked for") {
  CompressingServer server;
  Client client(server.port());
  for (int i = 0; i < CompressingServer::kFiles; ++i) client.Get("/" + std::to_string(i) + ".txt", kGzip);
  REQUIRE(client.Read().status == 200);
  (*server).RequestStop(0);
  CHECK((*server).AwaitStop());
}
