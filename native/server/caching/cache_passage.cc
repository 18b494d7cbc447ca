#include "native/server/caching/cache_passage.h"

#include <utility>

#include "native/cache/response_facts.h"
#include "native/http/fields/field_lines.h"
#include "native/server/caching/part_fill.h"

namespace fastserve::server {

CachePassage::CachePassage(std::shared_ptr<const void> rules, const cache::Rule& rule, std::string report,
                           Invalidation invalidation)
    : rules_(std::move(rules)), rule_(rule), report_(std::move(report)), invalidation_(std::move(invalidation)) {}

AnswerTap::Verdict CachePassage::OnHead(AnswerHead* head) {
  if (invalidation_.store != nullptr && head->status >= 200 && head->status < 400) Forget(*head);
  if (!cache::StripForClients(head->fields, rule_, &client_fields_)) {
    if (report_.empty()) return Verdict::kPass;
    client_fields_.assign(head->fields);
  }
  client_fields_.append(report_);
  head->fields = client_fields_;
  return Verdict::kPass;
}

void CachePassage::Forget(const AnswerHead& head) {
  ForgetKey(invalidation_.key.text());
  CacheKey other;
  std::string_view block = head.fields;
  for (http::FieldLine line; http::TakeFieldLine(&block, &line);) {
    if (!line.Is("location") && !line.Is("content-location")) continue;
    if (!MakeReferencedKey(line.value, invalidation_.key, invalidation_.location.get(), &other)) continue;
    ForgetKey(other.text());
  }
}

void CachePassage::ForgetKey(const std::string& key) {
  cache::Store& store = *invalidation_.store;
  store.Invalidate(key, store.HashOf(key));
  const std::string part = PartKeyOf(key);
  store.Invalidate(part, store.HashOf(part));
}

}  // namespace fastserve::server
