#include "native/server/caching/stored_forms.h"

#include <utility>

#include "native/compress/answer_facts.h"

namespace fastserve::server {
namespace {

constexpr size_t kSourcePieceBytes = 64 << 10;
constexpr std::string_view kVaryLine = "Vary: Accept-Encoding\r\n";

// Where the strong entity-tag of `fields` begins.
size_t StrongTagIn(std::string_view fields) {
  const compress::AnswerFacts facts = compress::ReadAnswerFacts(fields);
  return facts.etag.starts_with('"') ? static_cast<size_t>(facts.etag.data() - fields.data()) : cache::CodingFacts::kNoTag;
}

// Appends `lines`; the strong tag at `tag_at`, where there is one, made weak or not.
void AppendWithTag(std::string_view lines, size_t tag_at, bool weakly, std::string* fields) {
  if (!weakly || tag_at == cache::CodingFacts::kNoTag) {
    fields->append(lines);
  } else {
    fields->append(lines.substr(0, tag_at)).append("W/").append(lines.substr(tag_at));
  }
}

// Stored content, piece by piece. What waits in the line does not keep it from being evicted.
class StoredSource final : public compress::Source {
 public:
  explicit StoredSource(const std::shared_ptr<cache::StoredContent>& content)
      : content_(content), size_bytes_(content->whole().size()) {}

  Status Read(std::string_view* piece) override {
    const std::shared_ptr<const cache::StoredContent> content = content_.lock();
    if (content == nullptr || !content->whole().Read(offset_, kSourcePieceBytes, &buffer_)) return Status::kFailed;
    offset_ += buffer_.size();
    *piece = buffer_;
    return offset_ < size_bytes_ ? Status::kPiece : Status::kEnd;
  }
  uint64_t size_bytes() const override { return size_bytes_; }

 private:
  const std::weak_ptr<cache::StoredContent> content_;
  const size_t size_bytes_;
  size_t offset_ = 0;
  std::string buffer_;
};

// Gives the form to the store, or the claim back. The store outlives the maker's thread (Server).
class FormKeeper final : public compress::FormReceiver {
 public:
  FormKeeper(cache::Store& store, const cache::Entry& entry, http::Coding coding)
      : store_(store), key_(entry.key), content_(entry.content), coding_(coding) {}
  ~FormKeeper() override {
    const std::shared_ptr<cache::StoredContent> content = content_.lock();
    if (!settled_ && content != nullptr) content->GiveUp(coding_);
  }

  void Take(compress::Coded outcome, std::string bytes) override {
    const std::shared_ptr<cache::StoredContent> content = content_.lock();
    if (content == nullptr || outcome == compress::Coded::kFailed) return;
    settled_ = true;
    if (outcome == compress::Coded::kUseless) bytes.clear();
    store_.AddForm(key_, store_.HashOf(key_), *content, coding_, std::move(bytes));
  }

 private:
  cache::Store& store_;
  const std::string key_;
  const std::weak_ptr<cache::StoredContent> content_;
  const http::Coding coding_;
  bool settled_ = false;
};

}  // namespace

cache::CodingFacts CodingFactsOf(const compress::DynamicPolicy* policy, uint16_t status, std::string_view fields,
                                 std::string_view not_modified_fields, int64_t length) {
  cache::CodingFacts coding;
  if (policy == nullptr) return coding;
  const compress::AnswerFacts facts = compress::ReadAnswerFacts(fields);
  coding.may_code = policy->MayCode(status, facts, length);
  if (!coding.may_code) return coding;
  coding.has_secrets = facts.sets_cookie && !policy->secrets;
  coding.names_coding = facts.varies_by_coding;
  coding.tag_at = StrongTagIn(fields);
  coding.not_modified_tag_at = StrongTagIn(not_modified_fields);
  return coding;
}

void AppendRepresentationFields(const cache::Entry& entry, http::Coding coding, std::string* fields) {
  const cache::CodingFacts& facts = entry.coding;
  AppendWithTag(entry.fields, facts.tag_at, coding != http::Coding::kIdentity, fields);
  if (facts.may_code && !facts.names_coding) fields->append(kVaryLine);
  if (coding != http::Coding::kIdentity) fields->append("Content-Encoding: ").append(http::CodingName(coding)).append("\r\n");
}

void AppendNotModifiedFields(const cache::CodingFacts& coding, std::string_view not_modified_fields, bool weakly,
                             std::string* fields) {
  AppendWithTag(not_modified_fields, coding.not_modified_tag_at, weakly, fields);
  if (coding.may_code && !coding.names_coding) fields->append(kVaryLine);
}

http::Coding StoredForms::Wanted(const cache::RequestView& request, const cache::Entry& entry) const {
  if (!entry.coding.may_code || entry.coding.has_secrets || policy_ == nullptr) return http::Coding::kIdentity;
  if (!policy_->secrets && compress::CarriesCredentials(request.head)) return http::Coding::kIdentity;
  return http::ChooseCoding(http::ReadAcceptEncoding(request.head, request.bytes), policy_->policy.codings);
}

StoredForms::Form StoredForms::Choose(const cache::RequestView& request, const cache::EntryRef& entry) const {
  Form form{.content = &entry->content->whole()};
  const http::Coding coding = Wanted(request, *entry);
  if (coding == http::Coding::kIdentity) return form;
  switch (entry->content->StateOf(coding)) {
    case cache::FormState::kReady:
      form.coding = coding;
      form.content = entry->content->Find(coding);
      return form;
    case cache::FormState::kUseless: return form;
    case cache::FormState::kAbsent: Ask(*entry, coding); break;
    case cache::FormState::kPending: break;
  }
  form.codes_now = form.content->size() <= cache::Content::kMostInMemory;
  return form;
}

void StoredForms::Ask(const cache::Entry& entry, http::Coding coding) const {
  if (maker_ == nullptr || !entry.content->Claim(coding)) return;
  maker_->Code(coding, std::make_unique<StoredSource>(entry.content), std::make_unique<FormKeeper>(*store_, entry, coding));
}

}  // namespace fastserve::server
