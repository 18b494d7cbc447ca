// The helper thread: what becomes of requests, and how it ends.
#include "native/compress/variant_maker.h"

#include <future>
#include <utility>
#include <vector>

#include "native/base/check.h"
#include "test/native/compress/decoders.h"
#include "test/native/testing.h"

using namespace fastserve;
using namespace fastserve::compress;
using http::Coding;

namespace {

Policy TestPolicy() {
  Policy policy{.codings = {Coding::kBrotli, Coding::kZstd, Coding::kGzip}, .types = {"text/*"}};
  policy.levels.fill(3);
  return policy;
}

// What a test sees of its source.
struct Watch {
  std::promise<void> started;
  std::promise<void> go_on;  // the first read waits for it
  std::atomic<int> reads{0};
};

// `content` in one piece; with a watch the first read can be held.
class TextSource final : public Source {
 public:
  explicit TextSource(std::string content, Watch* watch = nullptr) : content_(std::move(content)), watch_(watch) {}
  Status Read(std::string_view* piece) override {
    if (watch_ != nullptr && watch_->reads.fetch_add(1) == 0) {
      watch_->started.set_value();
      watch_->go_on.get_future().wait();
    }
    *piece = content_;
    return Status::kEnd;
  }
  uint64_t size_bytes() const override { return content_.size(); }

 private:
  const std::string content_;
  Watch* const watch_;
};

// Never ends.
class EndlessSource final : public Source {
 public:
  explicit EndlessSource(std::promise<void>* started) : started_(started) {}
  Status Read(std::string_view* piece) override {
    if (started_ != nullptr) std::exchange(started_, nullptr)->set_value();
    *piece = zeros_;
    return Status::kPiece;
  }
  uint64_t size_bytes() const override { return uint64_t{1} << 40; }

 private:
  std::promise<void>* started_;
  const std::string zeros_ = std::string(65'536, '\0');
};

class FailingSource final : public Source {
 public:
  Status Read(std::string_view*) override { return Status::kFailed; }
  uint64_t size_bytes() const override { return 5000; }
};

VariantStore::Found Await(VariantMaker& maker, const VariantKey& key) {
  for (;;) {
    const VariantStore::Found found = maker.Find(key);
    if (found.state != VariantState::kPending) return found;
    std::this_thread::yield();
  }
}

const std::string kText(5000, 't');

std::string Noise() {
  std::string noise;
  for (uint32_t state = 1; noise.size() < 5000; noise.push_back(static_cast<char>(state >> 24))) state = state * 1664525 + 1013904223;
  return noise;
}

}  // namespace

TEST("compress: a requested variant is made in its coding, for everybody") {
  VariantMaker maker(TestPolicy());
  CHECK(maker.Start());
  for (const Coding coding : kCodings) {
    const VariantKey key{"file", coding};
    CHECK(maker.Find(key).state == VariantState::kAbsent);
    CHECK(maker.Request(key, std::make_unique<TextSource>(kText)));
    const VariantStore::Found found = Await(maker, key);
    REQUIRE(found.state == VariantState::kReady);
    CHECK(DecodeWhole(coding, found.variant->bytes) == kText);
  }
  CHECK_EQ(maker.made(), 3u);
}

TEST("compress: several requests for one variant are one job") {
  Watch watch;
  VariantMaker maker(TestPolicy());
  CHECK(maker.Start());
  const VariantKey key{"file", Coding::kGzip};
  CHECK(maker.Request(key, std::make_unique<TextSource>(kText, &watch)));
  watch.started.get_future().wait();
  for (int i = 0; i < 5; ++i) CHECK(maker.Request(key, std::make_unique<TextSource>(kText, &watch)));
  CHECK(maker.Find(key).state == VariantState::kPending);
  watch.go_on.set_value();
  CHECK(Await(maker, key).state == VariantState::kReady);
  CHECK(maker.Request(key, std::make_unique<TextSource>(kText, &watch)));
  maker.Stop();
  CHECK_EQ(watch.reads.load(), 1);
  CHECK_EQ(maker.made(), 1u);
}

TEST("compress: what coding makes no smaller is remembered as useless") {
  VariantMaker maker(TestPolicy());
  CHECK(maker.Start());
  const VariantKey key{"picture", Coding::kGzip};
  maker.Request(key, std::make_unique<TextSource>(Noise()));
  CHECK(Await(maker, key).state == VariantState::kUseless);
  CHECK_EQ(maker.made(), 0u);
}

TEST("compress: a source that fails leaves nothing, so that it is tried again") {
  VariantMaker maker(TestPolicy());
  CHECK(maker.Start());
  const VariantKey key{"file", Coding::kGzip};
  maker.Request(key, std::make_unique<FailingSource>());
  CHECK(Await(maker, key).state == VariantState::kAbsent);
  maker.Request(key, std::make_unique<TextSource>(kText));
  CHECK(Await(maker, key).state == VariantState::kReady);
}

TEST("compress: requests beyond the line are refused") {
  Watch watch;
  VariantMaker maker(TestPolicy());
  CHECK(maker.Start());
  maker.Request({"first", Coding::kGzip}, std::make_unique<TextSource>(kText, &watch));
  watch.started.get_future().wait();  // it runs, and does not wait in the line any more
  for (size_t i = 0; i < VariantMaker::kMaxJobs; ++i) {
    CHECK(maker.Request({std::to_string(i), Coding::kGzip}, std::make_unique<TextSource>(kText)));
  }
  CHECK(!maker.Request({"last", Coding::kGzip}, std::make_unique<TextSource>(kText)));
  CHECK(maker.Find({"last", Coding::kGzip}).state == VariantState::kAbsent);
  watch.go_on.set_value();
}

TEST("compress: a stop ends a job midway and forgets those that wait") {
  std::promise<void> started;
  VariantMaker maker(TestPolicy());
  CHECK(maker.Start());
  maker.Request({"endless", Coding::kBrotli}, std::make_unique<EndlessSource>(&started));
  maker.Request({"waiting", Coding::kBrotli}, std::make_unique<TextSource>(kText));
  started.get_future().wait();
  maker.Stop();
  CHECK(maker.Find({"endless", Coding::kBrotli}).state == VariantState::kAbsent);
  CHECK(maker.Find({"waiting", Coding::kBrotli}).state == VariantState::kAbsent);
  CHECK(!maker.Request({"late", Coding::kBrotli}, std::make_unique<TextSource>(kText)));
  maker.Stop();
}

TEST("compress: without its thread a maker refuses and nothing hangs") {
  VariantMaker maker(TestPolicy());
  CHECK(!maker.Request({"file", Coding::kGzip}, std::make_unique<TextSource>(kText)));
  maker.Stop();
}

TEST("compress: the variants that are kept stay within the budget") {
  Policy policy = TestPolicy();
  policy.cache_bytes = 4000;
  VariantMaker maker(policy);
  CHECK(maker.Start());
  for (int i = 0; i < 50; ++i) {
    const std::string name = std::to_string(i);
    maker.Request({name, Coding::kGzip}, std::make_unique<TextSource>(kText + Noise().substr(0, 700)));
    CHECK(Await(maker, {name, Coding::kGzip}).state == VariantState::kReady);
    CHECK(maker.held_bytes() <= 4000);
  }
  CHECK(maker.held_bytes() > 0);
  CHECK(maker.Find({"0", Coding::kGzip}).state == VariantState::kAbsent);
}

TEST("compress: many threads ask at once and each finds every variant") {
  VariantMaker maker(TestPolicy());
  CHECK(maker.Start());
  std::vector<std::thread> threads;
  std::atomic<int> wrong{0};
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 60; ++i) {
        const std::string name = "file " + std::to_string(i % 20);
        const VariantKey key{name, kCodings[i % 3]};
        const std::string content = kText + name;
        while (!maker.Request(key, std::make_unique<TextSource>(content))) std::this_thread::yield();
        const VariantStore::Found found = Await(maker, key);
        if (found.state != VariantState::kReady || DecodeWhole(key.coding, found.variant->bytes) != content) ++wrong;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK_EQ(wrong.load(), 0);
  CHECK_EQ(maker.made(), 60u);
}

namespace {

// Tells the test what it was given, or that it never will be.
class TellingReceiver final : public FormReceiver {
 public:
  explicit TellingReceiver(std::promise<std::pair<Coded, std::string>>* taken) : taken_(taken) {}
  void Take(Coded outcome, std::string bytes) override { taken_->set_value({outcome, std::move(bytes)}); }

 private:
  std::promise<std::pair<Coded, std::string>>* const taken_;
};

std::pair<Coded, std::string> CodeFor(VariantMaker& maker, std::unique_ptr<Source> source) {
  std::promise<std::pair<Coded, std::string>> taken;
  FASTSERVE_CHECK(maker.Code(Coding::kGzip, std::move(source), std::make_unique<TellingReceiver>(&taken)), "the line has room");
  return taken.get_future().get();
}

}  // namespace

TEST("a form for somebody else is handed over and not kept") {
  VariantMaker maker(TestPolicy());
  REQUIRE(maker.Start());
  const auto [outcome, bytes] = CodeFor(maker, std::make_unique<TextSource>(kText));
  CHECK(outcome == Coded::kMade);
  CHECK(DecodeWhole(Coding::kGzip, bytes) == kText);
  CHECK_EQ(maker.made(), 0u);
  CHECK_EQ(maker.held_bytes(), 0u);
}

TEST("whose form cannot be made, or saves nothing, is told so") {
  VariantMaker maker(TestPolicy());
  REQUIRE(maker.Start());
  CHECK(CodeFor(maker, std::make_unique<FailingSource>()).first == Coded::kFailed);
  CHECK(CodeFor(maker, std::make_unique<TextSource>("xyz")).first == Coded::kUseless);
}

TEST("a form for somebody else is refused while the thread does not run, and dropped with the line") {
  std::promise<std::pair<Coded, std::string>> taken;
  VariantMaker maker(TestPolicy());
  CHECK(!maker.Code(Coding::kGzip, std::make_unique<TextSource>(kText), std::make_unique<TellingReceiver>(&taken)));
  REQUIRE(maker.Start());
  std::promise<void> started;
  REQUIRE(maker.Request({"endless", Coding::kGzip}, std::make_unique<EndlessSource>(&started)));
  started.get_future().wait();
  REQUIRE(maker.Code(Coding::kGzip, std::make_unique<TextSource>(kText), std::make_unique<TellingReceiver>(&taken)));
  maker.Stop();
  CHECK(taken.get_future().wait_for(std::chrono::seconds(0)) == std::future_status::timeout);
}
