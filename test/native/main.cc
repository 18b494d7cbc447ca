// Runs every registered case, or those whose name or file contains an argument. Exit status 1 when one failed.
#include <cstring>

#include "test/native/testing.h"

int main(int argc, char** argv) {
  int passed = 0;
  int failed = 0;
  for (const auto& test : testing::Cases()) {
    bool wanted = argc < 2;
    for (int i = 1; i < argc; ++i) wanted |= std::strstr(test.name, argv[i]) || std::strstr(test.file, argv[i]);
    if (!wanted) continue;
    const int before = testing::Failures().load();
    try {
      test.body();
    } catch (const testing::RequirementFailed&) {
    }
    if (testing::Failures().load() == before) {
      ++passed;
    } else {
      ++failed;
      std::fprintf(stderr, "FAILED %s (%s)\n", test.name, test.file);
    }
  }
  std::printf("native: %d passed, %d failed\n", passed, failed);
  return failed == 0 && passed > 0 ? 0 : 1;
}
