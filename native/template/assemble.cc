// The choice of a kernel.
#include "native/template/assemble.h"

#include "native/template/kernels.h"

namespace fastserve::templates {

namespace {

constexpr NamedKernel kKernels[] = {
#if defined(__x86_64__)
    {"avx2", &AssembleAvx2},
    {"sse2", &AssembleSse2},
#elif defined(__aarch64__)
    {"neon", &AssembleNeon},
#endif
    {"scalar", &AssembleScalar},
};

// SSE2 and NEON are part of their architectures.
bool HasFastest() {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx2");
#else
  return true;
#endif
}

}  // namespace

std::span<const NamedKernel> AvailableKernels() { return std::span(kKernels).subspan(HasFastest() ? 0 : 1); }

int64_t Assemble(const LiteralTable& table, std::string_view payload, uint32_t tokens, char* out, size_t capacity) {
  static const Kernel fastest = AvailableKernels().front().run;
  return fastest(table, payload, tokens, out, capacity);
}

}  // namespace fastserve::templates
