#include "native/auth/password_check.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <pthread.h>

#include <system_error>

#include "native/base/check.h"
#include "native/base/clock.h"

namespace fastserve::auth {

namespace {

constexpr uint64_t kMaxMemory = uint64_t{1} << 30;  // the configuration has refused what takes more than 260 MiB

// Whether the password has this hash. Costs what the hash says.
bool Matches(const ScryptHash& expected, std::string_view password) {
  std::string hash(expected.hash.size(), '\0');
  const int made = EVP_PBE_scrypt(password.data(), password.size(),
                                  reinterpret_cast<const unsigned char*>(expected.salt.data()), expected.salt.size(),
                                  expected.work, expected.block_size, expected.parallelism, kMaxMemory,
                                  reinterpret_cast<unsigned char*>(hash.data()), hash.size());
  return made == 1 && CRYPTO_memcmp(hash.data(), expected.hash.data(), hash.size()) == 0;
}

}  // namespace

PasswordCheck::PasswordCheck(std::map<std::string, ScryptHash, std::less<>> users) : users_(std::move(users)) {
  FASTSERVE_CHECK(!users_.empty(), "a user that others are measured by");
  try {
    thread_ = std::thread([this] { Run(); });
  } catch (const std::system_error&) {
    pending_ = kMaxJobs;  // without a thread nobody is let in, and everybody is told to come again
  }
}

PasswordCheck::~PasswordCheck() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    stopping_ = true;
  }
  work_.notify_one();
  if (thread_.joinable()) thread_.join();
}

Verdict PasswordCheck::Ask(std::string_view credentials, int64_t now_ms) {
  const Key key = key_of_(credentials);
  {
    std::lock_guard<std::mutex> lock(mutex_);
    const auto found = verdicts_.find(key);
    if (found != verdicts_.end() && (found->second.verdict == Verdict::kPending || found->second.until_ms > now_ms)) {
      return found->second.verdict;
    }
    if (pending_ >= kMaxJobs) return Verdict::kBusy;
    if (found == verdicts_.end()) MakeRoom(now_ms);
    verdicts_[key] = {};
    jobs_.push_back({key, std::string(credentials)});
    ++pending_;
  }
  work_.notify_one();
  return Verdict::kPending;
}

// Forgets what is over, then whatever is no longer pending, until another verdict has room.
void PasswordCheck::MakeRoom(int64_t now_ms) {
  if (verdicts_.size() < kMaxVerdicts) return;
  std::erase_if(verdicts_, [now_ms](const auto& entry) {
    return entry.second.verdict != Verdict::kPending && entry.second.until_ms <= now_ms;
  });
  for (auto entry = verdicts_.begin(); verdicts_.size() >= kMaxVerdicts && entry != verdicts_.end();) {
    entry = entry->second.verdict == Verdict::kPending ? std::next(entry) : verdicts_.erase(entry);
  }
}

void PasswordCheck::Run() {
  pthread_setname_np(pthread_self(), "fs-auth");
  std::unique_lock<std::mutex> lock(mutex_);
  while (true) {
    work_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
    if (stopping_) return;
    Job job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    const bool right = IsRight(job.credentials);
    OPENSSL_cleanse(job.credentials.data(), job.credentials.size());
    const int64_t now_ms = base::MonotonicMs();
    lock.lock();
    verdicts_[job.key] = {right ? Verdict::kGood : Verdict::kBad, now_ms + (right ? kKeepGoodMs : kKeepBadMs)};
    --pending_;
  }
}

bool PasswordCheck::IsRight(std::string_view credentials) const {
  const size_t colon = credentials.find(':');
  const std::string_view password = credentials.substr(std::min(colon + 1, credentials.size()));
  const auto user = users_.find(credentials.substr(0, colon));
  const bool known = user != users_.end();
  return Matches(known ? user->second : users_.begin()->second, password) && known;
}

}  // namespace fastserve::auth
