// Which form of a stored content a client gets, and how forms come to be: coded once, on the thread that codes files, and kept beside
// the content. The I/O thread's own; the store and the maker are everybody's.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "native/cache/store.h"
#include "native/cache/vary.h"
#include "native/compress/dynamic_policy.h"
#include "native/compress/variant_maker.h"

namespace fastserve::server {

// What is known of an answer with these lines where its content is coded; `not_modified_fields` are those of its 304. `policy` null:
// nothing is coded. `length`: of the content, -1: not known.
cache::CodingFacts CodingFactsOf(const compress::DynamicPolicy* policy, uint16_t status, std::string_view fields,
                                 std::string_view not_modified_fields, int64_t length);

// Appends the lines of a stored answer for a client that gets it in `coding`: with a weak entity-tag when that is not kIdentity
// (compress::AppendCoded), and with Vary wherever somebody gets another form.
void AppendRepresentationFields(const cache::Entry& entry, http::Coding coding, std::string* fields);

// Appends the lines of a 304. `weakly`: the client named the weak tag of a coded answer, so that the 304 names it, too (RFC 9111 4.3.4).
void AppendNotModifiedFields(const cache::CodingFacts& coding, std::string_view not_modified_fields, bool weakly,
                             std::string* fields);

class StoredForms {
 public:
  // Either null: nothing is coded, or nothing is made.
  StoredForms(const compress::DynamicPolicy* policy, cache::Store* store, compress::VariantMaker* maker)
      : policy_(policy), store_(store), maker_(maker) {}

  struct Form {
    http::Coding coding = http::Coding::kIdentity;
    const cache::Content* content;  // the entry's
    bool codes_now = false;         // it is small, and its form is not there yet: the client gets it coded anew
  };

  // The form of `entry` for `request`. One that is wanted and not there is asked for: nobody waits for it.
  Form Choose(const cache::RequestView& request, const cache::EntryRef& entry) const;
  const compress::DynamicPolicy* policy() const { return policy_; }

 private:
  http::Coding Wanted(const cache::RequestView& request, const cache::Entry& entry) const;
  void Ask(const cache::Entry& entry, http::Coding coding) const;

  const compress::DynamicPolicy* const policy_;
  cache::Store* const store_;
  compress::VariantMaker* const maker_;
};

}  // namespace fastserve::server
