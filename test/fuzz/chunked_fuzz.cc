// libFuzzer target: the chunked decoder gives the same content, verdict and end however its input is cut.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include "native/http/request/chunked_decoder.h"

namespace {

using fastserve::http::ChunkedDecoder;
using fastserve::http::HttpError;
using Event = ChunkedDecoder::Event;

struct Outcome {
  Event event = Event::kNeedMore;
  HttpError error = HttpError::kNone;
  std::string content;
  size_t consumed = 0;

  bool operator==(const Outcome&) const = default;
};

void Require(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "chunked_fuzz: %s\n", what);
  std::abort();
}

// Decodes in pieces of `piece` bytes, each in memory of exactly its size.
Outcome Decode(const uint8_t* data, size_t size, size_t piece) {
  ChunkedDecoder decoder;
  Outcome outcome;
  for (size_t at = 0; at < size; at += piece) {
    const size_t length = std::min(piece, size - at);
    const auto buffer = std::make_unique<char[]>(length);
    std::copy_n(data + at, length, buffer.get());
    std::string_view rest(buffer.get(), length);
    do {
      const ChunkedDecoder::Step step = decoder.Next(rest);
      Require(step.consumed <= rest.size(), "took more than there was");
      Require(step.event != Event::kData || step.consumed > 0, "made no progress");
      Require(step.event != Event::kNeedMore || step.consumed == rest.size(), "left bytes and asked for more");
      outcome.content += step.data;
      outcome.consumed += step.consumed;
      outcome.event = step.event;
      outcome.error = step.error;
      rest.remove_prefix(step.consumed);
    } while (outcome.event == Event::kData);
    if (outcome.event != Event::kNeedMore) break;
  }
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const Outcome whole = Decode(data, size, std::max<size_t>(size, 1));
  Require(whole.content.size() <= size, "content is longer than the input");
  for (const size_t piece : {1, 2, 3, 7, 16}) {
    Require(Decode(data, size, piece) == whole, "pieces differ from the whole");
  }
  return 0;
}
