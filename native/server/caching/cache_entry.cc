#include "native/server/caching/cache_entry.h"

#include <string>

#include "native/base/clock.h"
#include "native/cache/vary.h"
#include "native/http/grammar/date.h"
#include "native/server/caching/cache_request.h"

namespace fastserve::server {
namespace {

std::string DateLine(int64_t wall_s) {
  char date[http::kImfFixdateLength];
  http::FormatImfFixdate(wall_s, date);
  return std::string("Date: ").append(date, sizeof date).append("\r\n");
}

}  // namespace

std::unique_ptr<cache::Entry> MakeEntry(const FillRequest& request, const cache::ResponseFacts& facts, const cache::Verdict& verdict,
                                        std::string_view lines, int64_t now_ms) {
  const http::RequestHead head = ParseAgain(request.head);
  auto entry = std::make_unique<cache::Entry>();
  entry->key = request.key.text();
  entry->host = request.key.host();
  entry->target = request.key.target();
  entry->status = facts.status;
  entry->fields = cache::StoredFields(facts, *request.rule, lines);
  entry->date = facts.date == cache::kAbsent ? base::WallSeconds() : facts.date;
  // RFC 9110 6.6.1: whoever stores a response without a Date gives it one.
  if (!facts.has_date) entry->fields += DateLine(entry->date);
  entry->not_modified_fields = cache::NotModifiedFields(entry->fields);
  entry->own_fields = cache::OwnFields(lines);
  entry->etag = facts.etag;
  entry->last_modified_text = facts.last_modified_text;
  entry->last_modified = facts.last_modified;
  entry->born_ms = now_ms;
  entry->initial_age_s = verdict.initial_age_s;
  entry->lifetime_s = verdict.lifetime_s;
  entry->stale_while_revalidate_s = verdict.stale_while_revalidate_s;
  entry->stale_if_error_s = verdict.stale_if_error_s;
  entry->must_revalidate = verdict.must_revalidate;
  entry->no_cache = verdict.no_cache;
  entry->vary = cache::SelectionOf({head, request.head}, facts.vary);
  entry->tags = facts.tags;
  return entry;
}

}  // namespace fastserve::server
