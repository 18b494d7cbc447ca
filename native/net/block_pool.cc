#include "native/net/block_pool.h"

#include <utility>

#include "native/net/output_state.h"

namespace fastserve::net {

namespace {

constexpr size_t kKeptSpareStates = 256;     // as many as blocks
constexpr size_t kKeptSegmentCapacity = 64;  // a state that grew beyond is not worth keeping

}  // namespace

BlockPool::~BlockPool() {
  for (char* block : free_) delete[] block;
  while (spare_states_) delete std::exchange(spare_states_, spare_states_->next_spare);
}

char* BlockPool::Take() {
  if (free_.empty()) return new char[kBlockBytes];
  char* const block = free_.back();
  free_.pop_back();
  return block;
}

void BlockPool::Give(char* block) {
  if (free_.size() >= kKeptBlocks) {
    delete[] block;
  } else {
    free_.push_back(block);
  }
}

OutputState* BlockPool::TakeState() {
  if (!spare_states_) return new OutputState();
  --spare_state_count_;
  OutputState* const state = spare_states_;
  spare_states_ = state->next_spare;
  state->next_spare = nullptr;
  return state;
}

void BlockPool::GiveState(OutputState* state) {
  if (spare_state_count_ >= kKeptSpareStates || state->segments.capacity() > kKeptSegmentCapacity) {
    delete state;
    return;
  }
  state->segments.clear();
  state->first = 0;
  state->tail_segment = kNoSegment;
  state->tail_used = 0;
  state->memory_bytes = state->file_bytes = 0;
  state->truncated = false;
  state->next_spare = spare_states_;
  spare_states_ = state;
  ++spare_state_count_;
}

}  // namespace fastserve::net
