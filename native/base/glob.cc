// DESIGN: a pattern is a list of steps, each a set of bytes taken once or any number of times. Matching walks the name
// once and keeps the set of steps that could come next, so that no pattern can make it slow.
#include "native/base/glob.h"

namespace fastserve::base {
namespace {

using Bytes = std::bitset<256>;

constexpr int kMaxRepetition = 64;

size_t IndexOf(char c) { return static_cast<unsigned char>(c); }

Bytes AnyByte(bool slash) {
  Bytes bytes;
  bytes.set();
  if (!slash) bytes.reset(IndexOf('/'));
  return bytes;
}

// Takes "[...]" from *text. A "]" right behind the opening and a "-" at either end stand for themselves.
bool TakeClass(std::string_view* text, Bytes* bytes) {
  text->remove_prefix(1);
  const bool negated = text->starts_with('!');
  if (negated) text->remove_prefix(1);
  const size_t close = text->find(']', 1);
  if (close == std::string_view::npos) return false;
  const std::string_view members = text->substr(0, close);
  text->remove_prefix(close + 1);
  for (size_t i = 0; i < members.size(); ++i) {
    size_t last = i;
    if (i + 2 < members.size() && members[i + 1] == '-') last = i + 2;
    if (IndexOf(members[last]) < IndexOf(members[i])) return false;
    for (size_t byte = IndexOf(members[i]); byte <= IndexOf(members[last]); ++byte) bytes->set(byte);
    i = last;
  }
  if (negated) bytes->flip();
  bytes->reset(IndexOf('/'));
  return true;
}

// Takes "{8}" from *text when it stands there. False when the braces hold no count.
bool TakeCount(std::string_view* text, int* count) {
  *count = 1;
  if (!text->starts_with('{')) return true;
  const size_t close = text->find('}');
  if (close == std::string_view::npos || close == 1 || close > 3) return false;
  *count = 0;
  for (const char c : text->substr(1, close - 1)) {
    if (c < '0' || c > '9') return false;
    *count = *count * 10 + (c - '0');
  }
  text->remove_prefix(close + 1);
  return *count >= 1 && *count <= kMaxRepetition;
}

}  // namespace

bool Glob::Compile(std::string_view pattern, Glob* glob, std::string* error) {
  glob->steps_.clear();
  glob->whole_name_ = pattern.find('/') != std::string_view::npos;
  const auto refuse = [&](const char* why) {
    *error = "the pattern \"" + std::string(pattern) + "\" " + why;
    return false;
  };
  std::string_view rest = pattern;
  if (rest.empty()) return refuse("is empty");
  if (rest.starts_with('/')) return refuse("begins with \"/\": names are relative to the root");
  while (!rest.empty()) {
    Step step;
    int count = 1;
    if (rest.starts_with('*')) {
      const bool deep = rest.starts_with("**");
      rest.remove_prefix(deep ? 2 : 1);
      step = {AnyByte(deep), true};
    } else if (rest.starts_with('?') || rest.starts_with('[')) {
      if (rest.starts_with('?')) {
        step.bytes = AnyByte(false);
        rest.remove_prefix(1);
      } else if (!TakeClass(&rest, &step.bytes)) {
        return refuse("has a class that is not closed, or runs backwards");
      }
      if (!TakeCount(&rest, &count)) return refuse("has a count that is not {1} to {64}");
    } else if (rest.starts_with('{') || rest.starts_with('}') || rest.starts_with(']')) {
      return refuse("has a bracket that belongs to nothing: write it as a class, such as \"[{]\"");
    } else {
      step.bytes.set(IndexOf(rest.front()));
      rest.remove_prefix(1);
    }
    glob->steps_.insert(glob->steps_.end(), static_cast<size_t>(count), step);
    if (glob->steps_.size() > kMaxSteps) return refuse("is too long");
  }
  return true;
}

bool Glob::Matches(std::string_view name) const {
  if (!whole_name_) name = name.substr(name.rfind('/') + 1);  // npos + 1 is 0
  // Bit i: the first i steps have taken the name so far. A repeating step may take nothing, so it is passed at once.
  std::bitset<kMaxSteps + 1> reached;
  const auto reach = [&](size_t at) {
    reached.set(at);
    for (; at < steps_.size() && steps_[at].repeats; ++at) reached.set(at + 1);
  };
  reach(0);
  for (const char c : name) {
    const std::bitset<kMaxSteps + 1> before = reached;
    if (before.none()) return false;
    reached.reset();
    for (size_t at = 0; at < steps_.size(); ++at) {
      if (before.test(at) && steps_[at].bytes.test(IndexOf(c))) reach(steps_[at].repeats ? at : at + 1);
    }
  }
  return reached.test(steps_.size());
}

}  // namespace fastserve::base
