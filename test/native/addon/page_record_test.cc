// Pages written into a ring that an I/O thread reads, against the reference of test/fuzz/template_check.h.
#include "native/addon/pages/page_record.h"

#include <optional>
#include <random>
#include <string>

#include "test/fuzz/template_check.h"
#include "test/native/queue/pair.h"
#include "test/native/testing.h"

using namespace fastserve::queue;
using namespace fastserve::templates;
using fastserve::addon::WritePage;

namespace {

// What an I/O thread would send of one published answer.
struct Sent {
  int records = 0;
  bool spilled = false;
  std::string head;
  std::string body;
};

struct Worker : Pair {
  Worker() {
    slot.Attach(1);
    port.emplace(slot, DoorPointers(), spills);
  }

  Sent Take() {
    Sent sent;
    port->Flush();
    RingConsumer& ring = channel().responses;
    const uint32_t tail = ring.LoadTail();
    while (const uint8_t* bytes = ring.Next(tail)) {
      const auto& record = *reinterpret_cast<const ResponseRecord*>(bytes);
      const char* payload = reinterpret_cast<const char*>(&record + 1);
      ++sent.records;
      sent.spilled = record.holder == BodyHolder::kSpill;
      sent.head.assign(payload, record.head_length);
      sent.body.assign(sent.spilled ? static_cast<SpillBlock*>(record.pointer)->data() : payload + record.head_length,
                       record.body_length);
      ReleaseBody(record);
    }
    ring.Release();
    return sent;
  }

  std::optional<WorkerPort> port;
};

LiteralTable TableOfSizes() {
  TableContent content;
  for (size_t i = 0; i < 40; ++i) {
    content.literals.push_back({std::string(i % 7 == 0 ? i * i * 9 : i, 'L'), i % 5 == 0 ? Mode::kRaw : Mode::kEscape});
  }
  return LiteralTable(content);
}

// Mostly small values; ESC in one of 500.
std::string RandomPayload(std::mt19937& random, uint32_t tokens) {
  std::string payload;
  for (uint32_t i = 0; i < tokens; ++i) {
    const size_t size = random() % 30 == 0 ? random() % 9000 : random() % 30;
    for (size_t k = 0; k < size; ++k) payload.push_back("ab<&\"x"[random() % 6]);
    if (random() % 500 == 0) payload.push_back(kEscape);
    payload += {kEscape, static_cast<char>(kIdBase + random() % 43)};
  }
  return payload;
}

}  // namespace

TEST("a page is one record with its fields and bytes, in the ring or in a block, and a refused one is none") {
  Worker worker;
  const LiteralTable table = TableOfSizes();
  std::mt19937 random(1);
  int in_ring = 0;
  int in_block = 0;
  int refused = 0;
  for (int round = 0; round < 1500; ++round) {
    const uint32_t tokens = random() % 60;
    const fuzz::PaddedText payload(RandomPayload(random, tokens));
    const fuzz::ReferencePage expected = fuzz::AssembleReference(table, payload, tokens);
    const std::string fields = "A: " + std::string(random() % 3000, 'f') + "\r\n";
    const int64_t size = WritePage(*worker.port, 0, ResponseRecord{}, fields, {table, payload, tokens});
    const Sent sent = worker.Take();
    REQUIRE(expected.result < 0 ? size < 0 : size == expected.result);
    REQUIRE(sent.records == (size < 0 ? 0 : 1));
    if (size < 0) {
      ++refused;
      continue;
    }
    REQUIRE(sent.head == fields && sent.body == expected.bytes);
    ++(sent.spilled ? in_block : in_ring);
  }
  CHECK(in_ring > 100);
  CHECK(in_block > 100);
  CHECK(refused > 10);
}

TEST("a page whose size is estimated far too small is made all the same") {
  Worker worker;
  TableContent content;
  content.literals = {{std::string(100'000, 'L'), Mode::kEscape}};
  content.literals.resize(60, {"", Mode::kEscape});
  const LiteralTable table(content);
  const fuzz::PaddedText payload(std::string(1000, '"') + "\x1b" "C\x1b" "C");
  CHECK_EQ(WritePage(*worker.port, 0, ResponseRecord{}, "", {table, payload, 2}), int64_t{206'000});
  const Sent sent = worker.Take();
  CHECK(sent.spilled);
  CHECK_EQ(sent.body.size(), size_t{206'000});
}

TEST("a refused page gives its block back") {
  Worker worker;
  TableContent content;
  const LiteralTable table(content);
  const fuzz::PaddedText payload(std::string(50'000, '<') + "\x1b@");
  CHECK_EQ(WritePage(*worker.port, 0, ResponseRecord{}, "", {table, payload, 2}), static_cast<int64_t>(Refusal::kCount));
  CHECK(worker.spills.kept_bytes() > 0);
  CHECK_EQ(worker.Take().records, 0);
}
