// Bodies outside the rings: reuse, bounds, references across threads.
#include "native/queue/blocks.h"

#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include "test/native/testing.h"

using namespace fastserve::queue;

TEST("a spill block is at least as large as asked for, and writable to its end") {
  SpillPool pool;
  for (const size_t bytes : {size_t{1}, size_t{4095}, size_t{4096}, size_t{4097}, size_t{5000000}}) {
    SpillBlock* block = pool.Take(bytes);
    CHECK(block->capacity >= bytes);
    CHECK(block->owner == &pool);
    std::memset(block->data(), 'x', block->capacity);
    pool.Give(block);
  }
}

TEST("a block that was given back is taken again, unless it is more than four times too large") {
  SpillPool pool;
  SpillBlock* block = pool.Take(65536);
  pool.Give(block);
  SpillBlock* again = pool.Take(20000);
  CHECK(again == block);
  pool.Give(again);
  SpillBlock* small = pool.Take(16000);
  CHECK(small != block);
  pool.Give(small);
}

TEST("the pool keeps a bounded number of bytes and no giant block") {
  SpillPool pool;
  std::vector<SpillBlock*> blocks;
  for (size_t bytes = 0; bytes < 2 * SpillPool::kKeptBytes; bytes += 1u << 20) blocks.push_back(pool.Take(1u << 20));
  SpillBlock* giant = pool.Take(SpillPool::kLargestKept + 1);
  for (SpillBlock* block : blocks) pool.Give(block);
  pool.Give(giant);  // freed: LeakSanitizer and the pool's own end see to it
  CHECK_EQ(pool.kept_bytes(), SpillPool::kKeptBytes);
}

TEST("one pool serves many threads") {
  SpillPool pool;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&pool, t] {
      for (int i = 0; i < 5000; ++i) {
        SpillBlock* block = pool.Take(static_cast<size_t>(1000 + (i * 37 + t * 4099) % 60000));
        std::memset(block->data(), t, 64);
        for (int byte = 0; byte < 64; ++byte) {
          if (block->data()[byte] != t) CHECK(false);
        }
        pool.Give(block);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(pool.kept_bytes() <= SpillPool::kKeptBytes);
}

TEST("a static body lives until its last reference, whichever thread that is on") {
  for (int round = 0; round < 200; ++round) {
    StaticBody* body = StaticBody::Create("shared bytes", 12);
    std::vector<std::thread> threads;
    for (int t = 0; t < 3; ++t) {
      body->Retain();
      threads.emplace_back([body] {
        CHECK(std::string(body->data(), body->size()) == "shared bytes");
        body->Release();
      });
    }
    body->Release();
    for (std::thread& thread : threads) thread.join();
  }
}

TEST("an empty static body is a body") {
  StaticBody* body = StaticBody::Create("", 0);
  CHECK_EQ(body->size(), size_t{0});
  CHECK(body->data() != nullptr);
  body->Release();
}

TEST("a record gives its body back to where it came from") {
  SpillPool pool;
  ResponseRecord record{};
  ReleaseBody(record);  // inline: nothing to give
  SpillBlock* block = pool.Take(8192);
  record.holder = BodyHolder::kSpill;
  record.pointer = block;
  ReleaseBody(record);
  CHECK_EQ(pool.kept_bytes(), size_t{8192});
  StaticBody* body = StaticBody::Create("s", 1);
  body->Retain();
  record.holder = BodyHolder::kStatic;
  record.pointer = body;
  ReleaseBody(record);
  body->Release();
}
