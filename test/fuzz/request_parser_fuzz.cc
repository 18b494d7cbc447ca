// libFuzzer target: the request parser against the reference parser, and the whole input against cuts in two.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "native/http/request/request_parser.h"
#include "test/fuzz/reference_parser.h"

namespace {

using namespace fastserve::http;

[[noreturn]] void Fail(const std::string& what) {
  std::fprintf(stderr, "request_parser_fuzz: %s\n", what.c_str());
  std::abort();
}

// A verdict of "bad" or "done" on a prefix is final; a partial prefix continued gives the verdict on the whole.
void CheckSplit(const std::string& bytes, size_t split) {
  const HeadLimits limits;
  RequestHead whole_head, head;
  const ParseResult whole = ParseRequestHead(bytes, 0, limits, &whole_head);
  const ParseResult first = ParseRequestHead(std::string_view(bytes).substr(0, split), 0, limits, &head);
  if (first.status != ParseStatus::kPartial) {
    if (first.status != whole.status || first.error != whole.error) Fail("a prefix has another verdict");
    return;
  }
  const ParseResult last = ParseRequestHead(bytes, split, limits, &head);
  if (last.status == whole.status && last.error == whole.error) return;
  // In a long head, what is wrong in an unfinished line is reported when the line ends.
  const bool deferred = last.status == ParseStatus::kPartial && bytes.size() > 512;
  if (!deferred) Fail("two pieces have another verdict than the whole");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  const std::string difference = fuzz::FindDisagreement(bytes);
  if (!difference.empty()) Fail(difference);
  for (size_t split = 0; split < size; split += 1 + size / 16) CheckSplit(bytes, split);
  return 0;
}
