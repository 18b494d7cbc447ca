#include "native/compress/variant_store.h"

#include "test/native/testing.h"

using namespace fastserve;
using namespace fastserve::compress;
using http::Coding;

namespace {

constexpr size_t kEntry = VariantStore::kEntryBytes;

VariantKey Key(std::string_view source, Coding coding = Coding::kGzip) { return {source, coding}; }

std::shared_ptr<const Variant> Bytes(size_t size) {
  return std::make_shared<const Variant>(Variant{std::string(size, 'v'), 0});
}

void Put(VariantStore& store, std::string_view source, size_t size) {
  store.AddPending(Key(source));
  store.Settle(Key(source), Bytes(size));
}

}  // namespace

TEST("compress: a variant is found by its source and coding only") {
  VariantStore store(10'000);
  Put(store, "a", 10);
  CHECK(store.Find(Key("a")).state == VariantState::kReady);
  CHECK_EQ(store.Find(Key("a")).variant->bytes.size(), 10u);
  CHECK(store.Find(Key("a", Coding::kBrotli)).state == VariantState::kAbsent);
  CHECK(store.Find(Key("b")).state == VariantState::kAbsent);
}

TEST("compress: a variant is pending, then ready, useless or forgotten") {
  VariantStore store(10'000);
  for (const char* source : {"ready", "useless", "forgotten"}) {
    store.AddPending(Key(source));
    CHECK(store.Find(Key(source)).state == VariantState::kPending);
  }
  store.Settle(Key("ready"), Bytes(1));
  store.Settle(Key("useless"), nullptr);
  store.Forget(Key("forgotten"));
  CHECK(store.Find(Key("ready")).state == VariantState::kReady);
  CHECK(store.Find(Key("useless")).state == VariantState::kUseless);
  CHECK(store.Find(Key("forgotten")).state == VariantState::kAbsent);
  CHECK_EQ(store.held_bytes(), 2 * kEntry + 1);
}

TEST("compress: beyond the budget the least recently used variant is given up") {
  VariantStore store(3 * (kEntry + 1000));
  for (const char* source : {"a", "b", "c"}) Put(store, source, 1000);
  CHECK(store.Find(Key("a")).state == VariantState::kReady);  // now b is the oldest
  Put(store, "d", 1000);
  CHECK(store.Find(Key("b")).state == VariantState::kAbsent);
  for (const char* source : {"a", "c", "d"}) CHECK(store.Find(Key(source)).state == VariantState::kReady);
  CHECK_EQ(store.held_bytes(), 3 * (kEntry + 1000));
}

TEST("compress: a variant that is held survives being given up") {
  VariantStore store(kEntry + 1000);
  Put(store, "a", 1000);
  const auto held = store.Find(Key("a")).variant;
  Put(store, "b", 1000);
  CHECK(store.Find(Key("a")).state == VariantState::kAbsent);
  CHECK_EQ(held->bytes.size(), 1000u);
}

TEST("compress: a variant larger than the whole budget displaces nothing") {
  VariantStore store(kEntry + 1000 + kEntry);
  Put(store, "a", 1000);
  Put(store, "large", 100'000);
  CHECK(store.Find(Key("large")).state == VariantState::kUseless);
  CHECK(store.Find(Key("a")).state == VariantState::kReady);
}

TEST("compress: pending variants are not given up, and useless ones are bounded") {
  VariantStore store(3 * kEntry);
  store.AddPending(Key("pending"));
  for (int i = 0; i < 100; ++i) {
    const std::string source = std::to_string(i);
    store.AddPending(Key(source));
    store.Settle(Key(source), nullptr);
    CHECK(store.held_bytes() <= 3 * kEntry);
  }
  CHECK(store.Find(Key("pending")).state == VariantState::kPending);
}
