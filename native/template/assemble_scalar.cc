// The kernel that every machine runs and that the others are tested against; measuring is the same walk.
#include <cstring>

#include "native/template/kernels.h"

namespace fastserve::templates {

namespace {

// Where the bytes of a page go.
class Writer {
 public:
  Writer(char* out, size_t capacity) : out_(out), begin_(out), room_(capacity) {}
  // False without room.
  bool Put(const char* bytes, size_t size) {
    if (size > room_) return false;
    std::memcpy(out_, bytes, size);
    out_ += size;
    room_ -= size;
    return true;
  }
  int64_t size() const { return out_ - begin_; }

 private:
  char* out_;
  char* begin_;
  size_t room_;
};

class Counter {
 public:
  bool Put(const char*, size_t size) {
    size_ += static_cast<int64_t>(size);
    return true;
  }
  int64_t size() const { return size_; }

 private:
  int64_t size_ = 0;
};

bool IsEscaped(char byte) { return byte == '&' || byte == '<' || byte == '>' || byte == '"' || byte == '\''; }

// The first byte at or behind `at` that is not copied as it is, or the end.
size_t SkipPlain(std::string_view payload, size_t at, bool raw) {
  while (at < payload.size() && payload[at] != kEscape && (raw || !IsEscaped(payload[at]))) ++at;
  return at;
}

const Literal* ReadLiteral(const LiteralTable& table, std::string_view payload, size_t at) {
  if (payload.size() - at < table.id_width()) return nullptr;
  return table.Find(table.id_width() == 1 ? ReadId<1>(payload.data() + at) : ReadId<2>(payload.data() + at));
}

template <typename Sink>
int64_t Walk(const LiteralTable& table, std::string_view payload, uint32_t tokens, Sink sink) {
  if (!EndsWithToken(payload, table.id_width())) return Refused(Refusal::kCount);
  uint32_t seen = 0;
  bool raw = false;
  for (size_t at = 0; at < payload.size();) {
    const size_t stop = SkipPlain(payload, at, raw);
    if (!sink.Put(payload.data() + at, stop - at)) return Refused(Refusal::kNoRoom);
    if (stop == payload.size()) break;
    at = stop + 1;
    if (payload[stop] != kEscape) {
      const Entity& entity = EntityFor(payload[stop]);
      if (!sink.Put(entity.text, entity.length)) return Refused(Refusal::kNoRoom);
      continue;
    }
    const Literal* literal = ReadLiteral(table, payload, at);
    if (literal == nullptr) return Refused(Refusal::kUnknownId);
    if (!sink.Put(literal->data, literal->size)) return Refused(Refusal::kNoRoom);
    if (literal->mode != Mode::kKeep) raw = literal->mode == Mode::kRaw;
    at += table.id_width();
    ++seen;
  }
  return seen == tokens ? sink.size() : Refused(Refusal::kCount);
}

}  // namespace

int64_t AssembleScalar(const LiteralTable& table, std::string_view payload, uint32_t tokens, char* out, size_t capacity) {
  return Walk(table, payload, tokens, Writer(out, capacity));
}

int64_t AssembledSize(const LiteralTable& table, std::string_view payload, uint32_t tokens) {
  return Walk(table, payload, tokens, Counter());
}

}  // namespace fastserve::templates
