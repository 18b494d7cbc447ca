// The form of a gathered page: what compiled templates write and the kernels read. The one definition.
//
//   payload = *( value token )      value = text without ESC      token = ESC id
//   id      = 1 or 2 characters of 0x40..0x7E, as the table says (two: the first counts kIdCharacters each)
//
// A token ends the value before it and names the literal that follows it in the page, and the mode of the values behind. A
// payload that is not empty ends with a token. src/gateway/answers/page-payload.ts repeats the numbers for JavaScript;
// test/gateway/answers/page-payload.test.ts compares each with this file, through the addon.
#pragma once

#include <cstddef>
#include <cstdint>

namespace fastserve::templates {

// U+001B: HTML forbids it in text, it is no byte of a longer UTF-8 sequence, and its low nibble is none of the five escaped
// characters' (see kEntities).
constexpr char kEscape = '\x1B';

// None of these is escaped in HTML and none is ESC, so that a scan never stops inside an id.
constexpr uint8_t kIdBase = 0x40;
constexpr uint32_t kIdCharacters = 63;  // 0x40..0x7E
constexpr uint32_t kMaxIdWidth = 2;
constexpr uint32_t IdCount(uint32_t width) { return width == 1 ? kIdCharacters : kIdCharacters * kIdCharacters; }

// What happens to the values behind a literal, until the next one.
enum class Mode : uint8_t {
  kEscape = 0,  // & < > " ' become entities
  kRaw = 1,     // they are markup already
  kKeep = 2,    // as before the literal; kEscapeByte only
};

// Ids that every table has. The first two are empty literals that change the mode; the third is U+001B itself, for values that
// hold one.
constexpr uint32_t kEscapeOn = 0;
constexpr uint32_t kRawOn = 1;
constexpr uint32_t kEscapeByte = 2;
constexpr uint32_t kFirstLiteral = 3;

// Why a payload is not assembled. Nothing of it reaches a client.
enum class Refusal : int8_t {
  kCount = -1,      // other than the announced number of tokens, or none at the end: a value holds ESC
  kUnknownId = -2,  // ESC is not followed by an id of the table
  kNoRoom = -3,     // the page is larger than the memory offered for it
};

}  // namespace fastserve::templates
