#include "native/auth/password_check.h"

#include <thread>
#include <vector>

#include "native/auth/basic.h"
#include "test/native/testing.h"

using namespace fastserve;
using auth::Verdict;

namespace {

// scrypt("password", "NaCl", N 1024, r 8, p 16), the second vector of RFC 7914 12.
auth::ScryptHash Vector() {
  const char* hex = "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640";
  auth::ScryptHash hash{1024, 8, 16, "NaCl", ""};
  for (const char* at = hex; *at != '\0'; at += 2) {
    hash.hash.push_back(static_cast<char>(std::stoi(std::string(at, 2), nullptr, 16)));
  }
  return hash;
}

Verdict Settled(auth::PasswordCheck& check, std::string_view credentials, int64_t now_ms) {
  Verdict verdict;
  while ((verdict = check.Ask(credentials, now_ms)) == Verdict::kPending) std::this_thread::yield();
  return verdict;
}

}  // namespace

TEST("a password is right for its user, and for nobody else") {
  auth::PasswordCheck check({{"ann", Vector()}});
  CHECK_EQ(Settled(check, "ann:password", 0), Verdict::kGood);
  CHECK_EQ(Settled(check, "ann:Password", 0), Verdict::kBad);
  CHECK_EQ(Settled(check, "bob:password", 0), Verdict::kBad);
  CHECK_EQ(Settled(check, "ann:", 0), Verdict::kBad);
}

TEST("a verdict is kept, and asked for again when its time is over") {
  auth::PasswordCheck check({{"ann", Vector()}});
  CHECK_EQ(check.Ask("ann:password", 0), Verdict::kPending);
  CHECK_EQ(Settled(check, "ann:password", 0), Verdict::kGood);
  CHECK_EQ(check.Ask("ann:password", 1), Verdict::kGood);
  CHECK_EQ(check.Ask("ann:password", INT64_MAX), Verdict::kPending);
}

TEST("threads that ask the same get one verdict, too many different ones are told to wait") {
  auth::PasswordCheck check({{"ann", Vector()}});
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t) threads.emplace_back([&] { CHECK_EQ(Settled(check, "ann:password", 0), Verdict::kGood); });
  for (std::thread& thread : threads) thread.join();
  Verdict last = Verdict::kPending;
  for (int i = 0; i < 200 && last == Verdict::kPending; ++i) last = check.Ask("ann:" + std::to_string(i), 0);
  CHECK_EQ(last, Verdict::kBusy);
}

TEST("credentials are read from the Basic scheme alone") {
  CHECK_EQ(auth::ReadBasic("Basic YW5uOnBhc3N3b3Jk").value_or(""), "ann:password");
  CHECK_EQ(auth::ReadBasic("bAsIc  YTo=").value_or(""), "a:");
  for (const char* wrong : {"", "Basic", "Basic ", "Bearer YW5uOnBhc3N3b3Jk", "Basic YW5u", "Basic YW5uOnBhc3N3b3J", "Basic ====", "Basic YW=uOg=="}) {
    CHECK(!auth::ReadBasic(wrong));
  }
}

TEST("credentials with a control character are none") {
  for (const char* wrong : {"Basic YTpiAA==", "Basic YQA6Yg==", "Basic YTpiCg==", "Basic YTp/"}) CHECK(!auth::ReadBasic(wrong));
}
