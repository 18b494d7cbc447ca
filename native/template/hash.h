// A keyed 64-bit hash for entity-tags of pages. Pure, any thread.
//
// Other than native/base/hash.h, which reads short keys in one chain, this one reads 64 bytes a step in four chains that do
// not wait for each other: a payload of some KiB is hashed with every page.
#pragma once

#include <cstdint>
#include <string_view>

namespace fastserve::templates {

// Not cryptographic: whoever does not know `key` cannot choose texts that collide, but the results are no secret-keeping
// digest. The same in every thread, process and instruction set; depends on the byte order of the machine.
uint64_t HashBytes(std::string_view bytes, uint64_t key);

}  // namespace fastserve::templates
