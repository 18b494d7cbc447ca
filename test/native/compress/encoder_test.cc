// Encoders: what they make is what a client decodes, in one piece and as a stream.
#include "native/compress/encoder.h"

#include "test/native/compress/decoders.h"
#include "test/native/testing.h"

using namespace fastserve;
using namespace fastserve::compress;
using http::Coding;

namespace {

// Like text, but different in each run of lines.
std::string Prose(size_t bytes) {
  std::string prose;
  for (uint64_t i = 1; prose.size() < bytes; ++i) {
    prose += "line " + std::to_string(i * i % 10'007) + " of a file that repeats itself, as files do\n";
  }
  prose.resize(bytes);
  return prose;
}

std::string Noise(size_t bytes) {
  std::string noise;
  for (uint64_t state = 88172645463325252u; noise.size() < bytes; noise.push_back(static_cast<char>(state >> 32))) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
  }
  return noise;
}

std::string EncodeWhole(Coding coding, int level, std::string_view content) {
  const auto encoder = MakeEncoder(coding, {level, content.size()});
  std::string coded;
  return encoder != nullptr && encoder->Encode(content, Flush::kFinish, &coded) ? coded : "";
}

}  // namespace

TEST("compress: what each coding makes in one piece is decoded to the same, whatever its size and level") {
  for (const Coding coding : kCodings) {
    REQUIRE(CanEncode(coding));
    const LevelRange levels = LevelsOf(coding);
    for (int level = levels.lowest; level <= levels.highest; ++level) {
      const std::string content = Prose(70'000);
      const std::string coded = EncodeWhole(coding, level, content);
      CHECK(coded.size() < content.size() / 2);
      CHECK(DecodeWhole(coding, coded) == content);
    }
    for (const size_t bytes : {0, 1, 16'383, 16'384, 16'385, 1'000'000}) {
      const std::string content = Noise(bytes);
      CHECK(DecodeWhole(coding, EncodeWhole(coding, 1, content)) == content);
    }
  }
}

TEST("compress: a higher level makes less of it") {
  const std::string content = Prose(300'000);
  for (const Coding coding : kCodings) {
    const LevelRange levels = LevelsOf(coding);
    CHECK(EncodeWhole(coding, levels.highest, content).size() < EncodeWhole(coding, levels.lowest, content).size());
  }
}

TEST("compress: a stream in pieces is decoded to the same") {
  const std::string content = Prose(200'000);
  for (const Coding coding : kCodings) {
    for (const size_t piece : {1'000, 65'536, 199'999}) {
      const auto encoder = MakeEncoder(coding, {5});
      std::string coded;
      for (size_t at = 0; at < content.size(); at += piece) {
        CHECK(encoder->Encode(std::string_view(content).substr(at, piece), Flush::kNone, &coded));
      }
      CHECK(encoder->Encode({}, Flush::kFinish, &coded));
      CHECK(DecodeWhole(coding, coded) == content);
    }
  }
}

TEST("compress: what was flushed can be decoded before the end") {
  for (const Coding coding : kCodings) {
    const auto encoder = MakeEncoder(coding, {5});
    std::string coded, sent;
    for (const size_t bytes : {10u, 40'000u, 3u}) {
      const std::string piece = Noise(bytes);
      sent += piece;
      CHECK(encoder->Encode(piece, Flush::kSync, &coded));
      const auto decoded = Decode(coding, coded);
      REQUIRE(decoded.has_value());
      CHECK(decoded->content == sent);
      CHECK(!decoded->ended);
    }
  }
}

TEST("compress: the same content gives the same bytes") {
  const std::string content = Prose(100'000);
  for (const Coding coding : kCodings) CHECK(EncodeWhole(coding, 6, content) == EncodeWhole(coding, 6, content));
}

TEST("compress: a content that is not as long as was told fails instead of lying") {
  const auto encoder = MakeEncoder(Coding::kZstd, {3, 999});
  std::string coded;
  const std::string content = Prose(1000);
  const bool first = encoder->Encode(std::string_view(content).substr(0, 500), Flush::kNone, &coded);
  CHECK(!(first && encoder->Encode(std::string_view(content).substr(500), Flush::kFinish, &coded)));
}

TEST("compress: identity has no encoder") {
  CHECK(!CanEncode(Coding::kIdentity));
  CHECK(MakeEncoder(Coding::kIdentity, {1}) == nullptr);
}
