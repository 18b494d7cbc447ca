// The chunked coding (RFC 9112 7.1): every case whole, at every split point and byte by byte.
#include <string>

#include "native/http/request/chunked_decoder.h"
#include "test/native/testing.h"

namespace fastserve::http {

using namespace std::string_view_literals;

namespace {

using Event = ChunkedDecoder::Event;

struct Outcome {
  Event event = Event::kNeedMore;
  HttpError error = HttpError::kNone;
  std::string content;
  size_t consumed = 0;  // of the whole input

  bool operator==(const Outcome&) const = default;
};

// Feeds one piece until the decoder wants more, ends or refuses.
void FeedPiece(ChunkedDecoder* decoder, std::string_view piece, Outcome* outcome) {
  while (true) {
    const std::string exact(piece);  // a copy of its own, so that AddressSanitizer sees a read behind the end
    const ChunkedDecoder::Step step = decoder->Next(exact);
    outcome->event = step.event;
    outcome->error = step.error;
    outcome->consumed += step.consumed;
    outcome->content += step.data;
    CHECK(step.consumed <= piece.size());
    piece.remove_prefix(step.consumed);
    if (step.event == Event::kNeedMore) CHECK(piece.empty());
    if (step.event != Event::kData) return;
  }
}

Outcome Feed(std::string_view input, size_t first_piece, size_t step) {
  ChunkedDecoder decoder;
  Outcome outcome;
  size_t size = first_piece;
  for (size_t at = 0; at < input.size() && outcome.event != Event::kEnd && outcome.event != Event::kBad;) {
    FeedPiece(&decoder, input.substr(at, size), &outcome);
    at += size;
    size = step;
  }
  return outcome;
}

// The outcome on the whole input, after checking that every way to cut it gives the same.
Outcome Decode(std::string_view input) {
  const Outcome whole = Feed(input, input.size(), 1);
  CHECK(Feed(input, 1, 1) == whole);
  if (input.size() < 500) {
    for (size_t split = 1; split < input.size(); ++split) CHECK(Feed(input, split, input.size()) == whole);
  }
  return whole;
}

bool DecodesTo(std::string_view input, std::string_view content) {
  const Outcome outcome = Decode(input);
  return outcome.event == Event::kEnd && outcome.content == content && outcome.consumed == input.size();
}

bool IsBad(std::string_view input, HttpError error) {
  const Outcome outcome = Decode(input);
  const bool as_expected = outcome.event == Event::kBad && outcome.error == error;
  if (!as_expected) std::fprintf(stderr, "    event %d: %.*s\n", int(outcome.event), int(input.size()), input.data());
  return as_expected;
}

// One chunk "hello" with this size line, then the last chunk.
std::string WithSizeLine(std::string_view line) { return std::string(line) + "\r\nhello\r\n0\r\n\r\n"; }
// The last chunk with these trailer lines.
std::string WithTrailer(std::string_view lines) { return "5\r\nhello\r\n0\r\n" + std::string(lines) + "\r\n"; }

}  // namespace

TEST("chunks are joined and the end is exact") {
  CHECK(DecodesTo("5\r\nhello\r\n0\r\n\r\n", "hello"));
  CHECK(DecodesTo("2\r\nhe\r\n1\r\nl\r\n2\r\nlo\r\n0\r\n\r\n", "hello"));
  CHECK(DecodesTo("0\r\n\r\n", ""));
  CHECK(DecodesTo("A\r\n0123456789\r\na\r\n0123456789\r\n0\r\n\r\n", "01234567890123456789"));
  CHECK(DecodesTo("1e\r\nGET /smuggled HTTP/1.1\r\nX-A: b\r\n0\r\n\r\n", "GET /smuggled HTTP/1.1\r\nX-A: b"));
}

TEST("what follows the end is not consumed") {
  const Outcome outcome = Decode("5\r\nhello\r\n0\r\n\r\nGET / HTTP/1.1\r\n");
  CHECK_EQ(outcome.event, Event::kEnd);
  CHECK_EQ(outcome.consumed, 15u);
}

TEST("an unfinished message asks for more") {
  for (const auto input : {""sv, "5"sv, "5\r"sv, "5\r\n"sv, "5\r\nhel"sv, "5\r\nhello"sv, "5\r\nhello\r"sv,
                           "5\r\nhello\r\n"sv, "5\r\nhello\r\n0"sv, "5\r\nhello\r\n0\r\n"sv, "0\r\n\r"sv,
                           "0\r\nX-T: a"sv, "5;a=\"x"sv}) {
    ChunkedDecoder decoder;
    Outcome outcome;
    FeedPiece(&decoder, input, &outcome);
    CHECK_EQ(outcome.event, Event::kNeedMore);
  }
}

TEST("after the end and after an error the decoder stays there") {
  ChunkedDecoder ended;
  CHECK_EQ(ended.Next("0\r\n\r\n").event, Event::kEnd);
  CHECK_EQ(ended.Next("5\r\nhello").event, Event::kEnd);
  CHECK_EQ(ended.Next("5\r\nhello").consumed, 0u);
  ChunkedDecoder failed;
  CHECK_EQ(failed.Next("x").event, Event::kBad);
  CHECK_EQ(failed.Next("5\r\n").error, HttpError::kBadChunk);
}

TEST("data is handed out as it lies in the input") {
  const std::string_view input = "5\r\nhello\r\n";
  ChunkedDecoder decoder;
  const ChunkedDecoder::Step step = decoder.Next(input);
  CHECK_EQ(step.event, Event::kData);
  CHECK_EQ(step.consumed, 8u);
  CHECK(step.data.data() == input.data() + 3);
}

TEST("leading zeros of a size count for nothing up to 32 digits") {
  CHECK(DecodesTo("0005\r\nhello\r\n000\r\n\r\n", "hello"));
  CHECK(DecodesTo(WithSizeLine(std::string(31, '0') + "5"), "hello"));
  CHECK(IsBad(WithSizeLine(std::string(32, '0') + "5"), HttpError::kBadChunk));
  CHECK(IsBad("5\r\nhello\r\n" + std::string(33, '0') + "\r\n\r\n", HttpError::kBadChunk));
}

TEST("a size above 2^63-1 is refused and never wraps") {
  for (const char* size : {"8000000000000005", "FFFFFFFFFFFFFFFF", "FFFFFFFFFFFFFFFE", "8000000000000000",
                           "10000000000000005", "100000000000000000000005", "00000000000000010000000000000005"}) {
    CHECK(IsBad(WithSizeLine(size), HttpError::kBadChunk));
  }
}

TEST("a size of up to 2^63-1 waits for that many bytes") {
  for (const char* size : {"7FFFFFFFFFFFFFFF", "100000005", "80000005", "FFFFFFFB"}) {
    const Outcome outcome = Decode(WithSizeLine(size));
    CHECK_EQ(outcome.event, Event::kNeedMore);
    CHECK_EQ(outcome.content, "hello\r\n0\r\n\r\n");
  }
}

TEST("a size is hexadecimal digits and nothing else") {
  for (const auto size : {"5g"sv, "g5"sv, "0x5"sv, "0X5"sv, "+5"sv, "-5"sv, "-0"sv, "5_0"sv, "0_5"sv, ""sv, " 5"sv,
                          "\t5"sv, "5\0"sv, "\0005"sv, "5,5"sv, "5.0"sv, "5 5"sv, "\xef\xbc\x95"sv, "5\x0b"sv,
                          "5\x85"sv, "five"sv, "\"5\""sv, "5\r"sv, "#5"sv, "5h"sv, "%35"sv, "0_2e"sv, "5 "sv, "5\t"sv,
                          "5 5;a=b"sv, "5 =a"sv, "5 a"sv, ";a=b"sv}) {
    CHECK(IsBad(WithSizeLine(size), HttpError::kBadChunk));
  }
}

TEST("valid extensions are ignored") {
  for (const char* line : {"5;a=b", "5;a", "5;a=\"x;\\\"y 5\"", "5;a=1;b=2;c", "5; \ta=b", "5;a=\"\"", "5;a=\"\\\\\"",
                           "5;a=\"\xc3\xa9\";b", "5;!#$%&'*+-.^_`|~=0", "5;a=\"x\t\\\ty\"",
                           "5 ;a=b", "5\t; a", "5;a =b", "5;a= b", "5 ; a\t=\tb ; c ;d", "5;a = \"b\" ;c"}) {
    CHECK(DecodesTo(WithSizeLine(line), "hello"));
  }
  CHECK(DecodesTo("5\r\nhello\r\n0;z\r\n\r\n", "hello"));
}

TEST("invalid extensions are refused") {
  for (const auto line : {"5;"sv, "5;="sv, "5;a b"sv, "5;a\x01"sv, "5;a=\"x"sv, "5;\xc3\xa9"sv, "5;a\nb"sv, "5;a\rb"sv,
                          "5;\0a"sv, "5;a=\"x\ny\""sv, "5;a=\"x\ry\""sv, "5\r;a"sv, "5;a=b\r\r"sv, "5;a="sv, "5;a=b="sv,
                          "5;a=\"b\"c"sv, "5;a=\"b\" "sv, "5;a=b "sv, "5;a;"sv, "5;;a"sv, "5;a =b "sv, "5;a= b c"sv, "5 ;a b"sv, "5 ;"sv, "5;a ="sv, "5 \r"sv,
                          "5; "sv, "5;a=\"\\\x01\""sv, "5;a=\"\x7f\""sv, "5;a=\"\\\n\""sv, "5;a=(b)"sv}) {
    CHECK(IsBad(WithSizeLine(line), HttpError::kBadChunk));
  }
}

TEST("a line feed in an extension hides no request") {
  CHECK(IsBad("2;\nxx\r\n22\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nX: y\r\n0\r\n\r\n", HttpError::kBadChunk));
}

TEST("extensions are bounded over the whole message") {
  CHECK(DecodesTo(WithSizeLine("5;" + std::string(1000, 'a')), "hello"));
  CHECK(IsBad(WithSizeLine("5;" + std::string(65536, 'a')), HttpError::kBadChunk));
  std::string many;
  for (int i = 0; i < 300; ++i) many += "1;a=b\r\nx\r\n";
  CHECK(IsBad(many + "0\r\n\r\n", HttpError::kBadChunk));
}

TEST("chunk framing is CRLF in every place") {
  for (const auto input : {"5\r\nhello0\r\n\r\n"sv, "5\r\nhelloXX0\r\n\r\n"sv, "5\r\nhello\n0\r\n\r\n"sv,
                           "5\r\nhello\r0\r\n\r\n"sv, "5\r\nhello\n\r0\r\n\r\n"sv, "5\nhello\r\n0\r\n\r\n"sv,
                           "5\rhello\r\n0\r\n\r\n"sv, "5\rXhello\r\n0\r\n\r\n"sv, "5\r\nhello\r\n0\n\r\n"sv,
                           "3\r\nhello\r\n0\r\n\r\n"sv, "7\r\nhello\r\n0\r\n\r\n"sv, "5\r\nhello\r\n\r\n0\r\n\r\n"sv,
                           "5\r\nhello\r\r\n0\r\n\r\n"sv, "5\nhello\n0\n\n"sv, "5\r\nhello\r\n0\r\r\n"sv}) {
    CHECK(IsBad(input, HttpError::kBadChunk));
  }
}

TEST("trailer fields are checked and dropped") {
  for (const auto lines : {"X-T: a\r\n"sv, "Content-Length: 50\r\nTransfer-Encoding: chunked\r\nHost: evil\r\n"sv,
                           "X:\r\n"sv, "X-T:a\tb\x80\r\nY: c\r\n"sv}) {
    CHECK(DecodesTo(WithTrailer(lines), "hello"));
  }
}

TEST("malformed trailers are refused") {
  for (const auto lines : {"X-T: a\r\n b\r\n"sv, "X T: a\r\n"sv, "X-T : a\r\n"sv, "garbage\r\n"sv, "X-T: a\0b\r\n"sv,
                           "GET /smuggled HTTP/1.1\r\nHost: x\r\n"sv, ": a\r\n"sv, "X-T: a\n"sv, "X-T: a\rb\r\n"sv,
                           "\n"sv, "\rX"sv, " X-T: a\r\n"sv, "X\x80: a\r\n"sv, "X-T: a\x7f\r\n"sv, "X-T: a\r\r\n"sv}) {
    CHECK(IsBad(WithTrailer(lines), HttpError::kBadTrailer));
  }
}

TEST("trailers are bounded") {
  const std::string line = "X-T: " + std::string(1000, 'a') + "\r\n";
  std::string lines;
  for (int i = 0; i < 8; ++i) lines += line;
  CHECK(DecodesTo(WithTrailer(lines), "hello"));
  CHECK(IsBad(WithTrailer(lines + line), HttpError::kHeadTooLarge));
}

}  // namespace fastserve::http
