// What the answers of one page teach: which links two clients have got, one behind the other. Pure, its owner's thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace fastserve::hints {

// Who got an answer, as hashes.
struct Pupil {
  uint64_t address = 0;      // of the client's network
  uint64_t credentials = 0;  // Cookie and Authorization; 0: it sent neither
};

// Whether the two cannot be one user: another address, and not the same credentials from a new one.
bool AreDifferent(const Pupil& a, const Pupil& b);

// H1 A link is hinted once two different clients were given it in answers that follow each other.
// H2 It is forgotten with the first answer that lacks it.
class Page {
 public:
  // An answer had these links; an empty list forgets them all. True when what is hinted has changed.
  bool Learn(const std::vector<std::string_view>& links, const Pupil& pupil, int64_t now_ms);

  // A line of Link for each hint; empty: none.
  std::string Lines() const;
  bool empty() const { return links_.empty(); }
  int64_t learnt_ms() const { return learnt_ms_; }

 private:
  struct Known {
    std::string text;
    Pupil first;            // who was given it first
    bool confirmed = false;  // somebody else was, too
  };
  std::vector<Known> links_;
  int64_t learnt_ms_ = 0;
};

}  // namespace fastserve::hints
