// Accept-Encoding (RFC 9110 12.5.3): weights, and the coding that is chosen.
#include "native/http/fields/accept_encoding.h"

#include <random>
#include <string>
#include <vector>

#include "test/native/http/split_feeding.h"

namespace fastserve::http {

namespace {

const std::vector<Coding> kAll = {Coding::kBrotli, Coding::kZstd, Coding::kGzip};

CodingWeights Weights(const std::string& lines) {
  const std::string input = "GET / HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n";
  RequestHead head;
  CHECK(ParseExactly(input, 0, {}, &head).status == ParseStatus::kDone);
  return ReadAcceptEncoding(head, input);
}

std::string_view Chosen(const std::string& value, const std::vector<Coding>& offered = kAll) {
  return CodingName(ChooseCoding(Weights("Accept-Encoding: " + value + "\r\n"), offered));
}

}  // namespace

TEST("without Accept-Encoding nothing is coded") {
  CHECK_EQ(CodingName(ChooseCoding(Weights(""), kAll)), "identity");
  CHECK_EQ(Chosen(""), "identity");
}

TEST("the heaviest coding that is offered is chosen") {
  CHECK_EQ(Chosen("gzip"), "gzip");
  CHECK_EQ(Chosen("br;q=0.2, gzip;q=0.9, zstd;q=0.3"), "gzip");
  CHECK_EQ(Chosen("br;q=0.9, gzip;q=0.2", {Coding::kGzip}), "gzip");
  CHECK_EQ(Chosen("gzip;q=0.001"), "gzip");
  CHECK_EQ(Chosen("gzip, br", {}), "identity");
}

TEST("of equal weights the server's order decides") {
  CHECK_EQ(Chosen("gzip, deflate, br, zstd"), "br");
  CHECK_EQ(Chosen("gzip, br, zstd", {Coding::kGzip, Coding::kBrotli}), "gzip");
  CHECK_EQ(Chosen("gzip, zstd", {Coding::kZstd, Coding::kGzip}), "zstd");
}

TEST("identity is chosen when the client weighs it more") {
  CHECK_EQ(Chosen("identity, gzip;q=0.5"), "identity");
  CHECK_EQ(Chosen("identity;q=0.5, gzip;q=0.5"), "gzip");
  CHECK_EQ(Chosen("identity;q=0.4, gzip;q=0.5"), "gzip");
}

TEST("a weight of zero refuses a coding") {
  CHECK_EQ(Chosen("gzip;q=0"), "identity");
  CHECK_EQ(Chosen("gzip;q=0.000, identity"), "identity");
  CHECK_EQ(Chosen("br;q=0, gzip"), "gzip");
  CHECK_EQ(Chosen(" gzip ;q=0 , br ; q=0 "), "identity");
}

TEST("a star is every coding that is not named") {
  CHECK_EQ(Chosen("*"), "br");
  CHECK_EQ(Chosen("br;q=0, *"), "zstd");
  CHECK_EQ(Chosen("*;q=0, identity"), "identity");
  CHECK_EQ(Chosen("gzip, *;q=0"), "gzip");
  CHECK_EQ(Chosen("gzip;q=0.1, *;q=0.5", {Coding::kGzip}), "identity");
}

TEST("where everything is refused the content goes as it is") {
  CHECK_EQ(Chosen("*;q=0"), "identity");
  CHECK_EQ(Chosen("identity;q=0"), "identity");
  CHECK_EQ(Chosen("identity;q=0, br;q=0.5", {Coding::kGzip}), "identity");
}

TEST("names are whole tokens of any case, and x-gzip is gzip") {
  CHECK_EQ(Chosen("GZIP"), "gzip");
  CHECK_EQ(Chosen("X-Gzip"), "gzip");
  CHECK_EQ(Chosen("notgzip, gzipx, g, b, brr"), "identity");
}

TEST("of several weights for one coding the lowest counts") {
  CHECK_EQ(Chosen("gzip;q=0, gzip;q=1"), "identity");
  CHECK_EQ(Chosen("gzip;q=1, x-gzip;q=0"), "identity");
}

TEST("several lines are one list") {
  const CodingWeights expected = {0, 250, 0, 500};
  CHECK(Weights("Accept-Encoding: gzip;q=0.5\r\nAccept-Encoding: br;q=0.25\r\n") == expected);
}

TEST("weights have at most three digits and are at most one") {
  for (const char* good : {"0.1", "0.123", "1", "1.", "1.0", "1.000", "0.001"}) {
    CHECK_EQ(Chosen(std::string("gzip;q=") + good), "gzip");
  }
  for (const char* bad : {"1.001", "2", "0.1234", "-1", "+1", ".5", "", "0x1", "1.0000", "01", "q", "\"1\"", "1 0"}) {
    CHECK_EQ(Chosen(std::string("gzip;q=") + bad), "identity");
  }
}

TEST("members that are not well-formed are passed over") {
  CHECK_EQ(Chosen(";;,,gzip;;q"), "identity");
  CHECK_EQ(Chosen("gzip;q, br"), "br");
  CHECK_EQ(Chosen("gzip;;q=0.5;"), "gzip");
  CHECK_EQ(Chosen("gzip;level=9"), "gzip");
  CHECK_EQ(Chosen("gzip;a=\"x,br;q=1\\\",\";q=0, zstd"), "zstd");
  CHECK_EQ(Chosen("gzip;a=\"unclosed, br"), "gzip");
}

TEST("no bytes crash the reader, and weights stay in range") {
  std::mt19937 random(7);
  static constexpr char kAlphabet[] = "gzipbr*;q=,.01 \t\"\\identyzstdx-";
  for (int round = 0; round < 50'000; ++round) {
    std::string value;
    for (size_t i = random() % 40; i > 0; --i) value += kAlphabet[random() % (sizeof kAlphabet - 1)];
    for (const uint16_t weight : Weights("Accept-Encoding: " + value + "\r\n")) REQUIRE(weight <= 1000);
  }
}

}  // namespace fastserve::http
