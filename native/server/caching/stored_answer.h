// Answers requests from stored responses: conditions, a range, HEAD, the form that the client takes, Age. The I/O thread's own.
#pragma once

#include <string>
#include <string_view>

#include "native/cache/entry.h"
#include "native/cache/hot_entries.h"
#include "native/cache/vary.h"
#include "native/server/caching/stored_forms.h"
#include "native/server/connection/connection.h"

namespace fastserve::server {

class IoThread;

class StoredAnswers {
 public:
  StoredAnswers(IoThread& io, const StoredForms& forms) : io_(io), forms_(forms) {}

  // `report`: a Cache-Status line (RFC 9211) with its line end, or nothing. Takes a reference of its own of the entry where its
  // content is sent in place. `lines`: of earlier answers from this entry, brought up to date and used without a report; or null.
  void Send(Connection& connection, Exchange* exchange, const cache::RequestView& request, const cache::EntryRef& entry,
            std::string_view report, cache::SentLines* lines = nullptr);

  // As Send, for a GET with Range and from a part. False: it has not all that is asked for, and nothing is sent.
  bool SendPart(Connection& connection, Exchange* exchange, const cache::RequestView& request, const cache::EntryRef& entry,
                std::string_view report);

 private:
  struct Reply {
    Connection& connection;
    Exchange* exchange;
    const cache::RequestView& request;
    const cache::EntryRef& entry;
    std::string_view report;
    cache::SentLines* lines;
  };
  bool SendCondition(const Reply& reply);
  bool SendRange(const Reply& reply);
  void SendNotModified(const Reply& reply);
  void SendForm(const Reply& reply);
  void SendContent(const Reply& reply, uint16_t status, std::string_view fields, const cache::Content& content, size_t offset,
                   size_t length);
  std::string_view LinesAsTheyCame(const Reply& reply);
  void FinishFields(const Reply& reply);

  IoThread& io_;
  const StoredForms forms_;
  std::string fields_;  // of the answer that is sent
};

}  // namespace fastserve::server
