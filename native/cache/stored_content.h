// The content of a stored response with its coded forms, each made once. Shared by a response and those that validations make of it.
// Any thread.
//
//   kAbsent ──Claim──► kPending ──Settle──► kReady: the form is here as long as the content
//      ▲                  │  └────────────► kUseless: coding saves nothing
//      └─────GiveUp───────┘
//
// Forms are looked up without a lock; who counts what they take (Weight) does it under the store's.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "native/cache/content.h"
#include "native/http/fields/accept_encoding.h"

namespace fastserve::cache {

enum class FormState : uint8_t { kAbsent, kPending, kReady, kUseless };

class StoredContent {
 public:
  StoredContent(std::string bytes, const std::shared_ptr<ContentFile>& file) : whole_(std::move(bytes), file) {}

  // As it came.
  const Content& whole() const { return whole_; }

  FormState StateOf(http::Coding coding) const { return Of(coding).state.load(std::memory_order_acquire); }
  // The form in `coding`; null unless it is ready.
  const Content* Find(http::Coding coding) const {
    return StateOf(coding) == FormState::kReady ? Of(coding).content.get() : nullptr;
  }

  // True for one caller, who has the form made and then calls one of the next two.
  bool Claim(http::Coding coding) {
    FormState expected = FormState::kAbsent;
    return Of(coding).state.compare_exchange_strong(expected, FormState::kPending, std::memory_order_relaxed);
  }
  // `form` null: coding saves nothing.
  void Settle(http::Coding coding, std::unique_ptr<const Content> form) {
    Form& place = Of(coding);
    const FormState state = form == nullptr ? FormState::kUseless : FormState::kReady;
    place.content = std::move(form);
    place.state.store(state, std::memory_order_release);  // with the acquire of StateOf: who sees it finds the content
  }
  void GiveUp(http::Coding coding) { Of(coding).state.store(FormState::kAbsent, std::memory_order_relaxed); }

  // The memory of it all.
  size_t Weight() const {
    size_t weight = whole_.Weight();
    for (size_t i = 0; i < forms_.size(); ++i) {
      const Content* form = Find(static_cast<http::Coding>(i));
      if (form != nullptr) weight += form->Weight();
    }
    return weight;
  }

 private:
  struct Form {
    std::atomic<FormState> state{FormState::kAbsent};
    std::unique_ptr<const Content> content;
  };
  Form& Of(http::Coding coding) { return forms_[static_cast<size_t>(coding)]; }
  const Form& Of(http::Coding coding) const { return forms_[static_cast<size_t>(coding)]; }

  const Content whole_;
  std::array<Form, http::kCodingCount> forms_;
};

}  // namespace fastserve::cache
