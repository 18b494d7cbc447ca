// The parser against the reference parser of test/fuzz: on every seed, and on mutations of them that never change.
#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "native/http/request/chunked_decoder.h"
#include "test/fuzz/reference_parser.cc"  // compiled here: the test build knows only the folders of native/
#include "test/native/http/split_feeding.h"
#include "test/native/seeds.h"

namespace fastserve::http {

namespace {

constexpr int kMutations = 200000;

// Small deterministic edits: std::mt19937 gives the same numbers everywhere, the standard distributions do not.
class Mutator {
 public:
  explicit Mutator(const std::vector<std::string>& seeds) : seeds_(seeds) {}

  std::string Next() {
    std::string text = seeds_[Below(seeds_.size())];
    for (size_t edits = 1 + Below(2); edits > 0; --edits) Edit(&text);
    return text;
  }

 private:
  size_t Below(size_t limit) { return limit == 0 ? 0 : random_() % limit; }

  char Byte() {
    static constexpr char kInteresting[] = "\r\n\0 \t:;,/?#%*@[]\"\\\x7f\x80\xff\x0b\x0c+-0159aFzZ";
    return Below(4) == 0 ? static_cast<char>(Below(256)) : kInteresting[Below(sizeof kInteresting - 1)];
  }

  void Edit(std::string* text) {
    static constexpr const char* kPieces[] = {
        "\r\n", "\r\n\r\n", "\r\n ", "Host: b\r\n", "Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n",
        "HTTP/1.1", "HTTP/1.0", "http://", "[::1]", ": ", " : ", "Connection: close\r\n",
        "Expect: 100-continue\r\n", ", chunked", "??"};
    const size_t at = Below(text->size() + 1);
    switch (Below(7)) {
      case 0:
        if (at < text->size()) (*text)[at] = Byte();
        break;
      case 1:
        text->insert(at, 1, Byte());
        break;
      case 2:
        text->erase(at, 1 + Below(3));
        break;
      case 3:
        text->insert(at, kPieces[Below(std::size(kPieces))]);
        break;
      case 4:
        if (at < text->size()) (*text)[at] ^= 0x20;  // swaps the case of a letter, makes a control byte of others
        break;
      case 5:
        text->insert(at, text->substr(Below(text->size()), Below(40)));
        break;
      default: {
        const std::string& other = seeds_[Below(seeds_.size())];
        *text = text->substr(0, at) + other.substr(Below(other.size()));
      }
    }
  }

  const std::vector<std::string>& seeds_;
  std::mt19937 random_{20240607};
};

bool Agrees(const std::string& bytes) {
  const std::string difference = fuzz::FindDisagreement(bytes);
  if (difference.empty()) return true;
  std::fprintf(stderr, "    %s: %s\n", difference.c_str(), Printable(bytes).c_str());
  return false;
}

}  // namespace

TEST("the parser agrees with the reference on every seed, at every split point") {
  const std::vector<std::string> seeds = testing::ReadSeeds("request_parser");
  CHECK(seeds.size() >= 60);
  for (const std::string& seed : seeds) {
    CHECK(Agrees(seed));
    RequestHead head;
    FeedAtEverySplit(seed, &head);
  }
}

TEST("the parser agrees with the reference on 200,000 mutations of the seeds") {
  const std::vector<std::string> seeds = testing::ReadSeeds("request_parser");
  REQUIRE(!seeds.empty());
  Mutator mutator(seeds);
  int accepted = 0;
  int failures = 0;
  for (int i = 0; i < kMutations && failures < 10; ++i) {
    const std::string bytes = mutator.Next();
    failures += Agrees(bytes) ? 0 : 1;
    RequestHead head;
    if (i % 50 == 0 && bytes.size() <= 512) FeedAtEverySplit(bytes, &head);  // longer heads defer to the line's end
    accepted += fuzz::ParseReference(bytes, {}).verdict == fuzz::ReferenceHead::Verdict::kAccepted ? 1 : 0;
  }
  CHECK_EQ(failures, 0);
  CHECK(accepted > kMutations / 20);  // the mutations still reach what follows an accepted head
}

TEST("every chunked seed gives the same content whole and byte by byte") {
  for (const std::string& seed : testing::ReadSeeds("chunked")) {
    std::string contents[2];
    ChunkedDecoder::Event events[2];
    for (const size_t piece : {seed.size(), size_t{1}}) {
      const size_t run = piece == 1 ? 1 : 0;
      ChunkedDecoder decoder;
      events[run] = ChunkedDecoder::Event::kNeedMore;
      for (size_t at = 0; at < seed.size() && events[run] == ChunkedDecoder::Event::kNeedMore; at += piece) {
        std::string_view rest = std::string_view(seed).substr(at, piece);
        do {
          const ChunkedDecoder::Step step = decoder.Next(rest);
          contents[run] += step.data;
          events[run] = step.event;
          rest.remove_prefix(step.consumed);
        } while (events[run] == ChunkedDecoder::Event::kData);
      }
    }
    CHECK_EQ(contents[0], contents[1]);
    CHECK_EQ(events[0], events[1]);
  }
}

}  // namespace fastserve::http
