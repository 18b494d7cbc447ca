#include "native/server/lanes/proxied_exchange.h"

#include "native/server/connection/connection.h"
#include "native/server/connection/exchange.h"
#include "native/server/io_thread.h"

namespace fastserve::server {

ProxiedExchange::ProxiedExchange(IoThread& io, Exchange* exchange, proxy::IoServices& services, proxy::UpstreamPool& pool,
                                 proxy::Balancer& balancer, const proxy::RuleSpec& rule)
    : io_(io), exchange_(exchange), relay_(services, *this, pool, balancer, rule) {}

void ProxiedExchange::Detach() {
  if (exchange_ != nullptr && exchange_->log) {
    LogFacts& log = *exchange_->log;
    const proxy::RelayFacts& facts = relay_.facts();
    log.upstream_attempts = facts.attempts;
    log.upstream_server = facts.server;
    log.upstream_status = facts.upstream_status;
    log.upstream_ns = facts.upstream_ns;
    log.upstream_connect_ns = facts.connect_ns;
    log.upstream_whole_ns = facts.whole_ns;
  }
  exchange_ = nullptr;
  relay_.Stop();
}

void ProxiedExchange::Interim(uint16_t status, std::string_view lines) {
  if (exchange_ != nullptr) exchange_->connection->SendInterim(exchange_, status, lines);
}

void ProxiedExchange::Answer(uint16_t status, std::string_view lines, bool has_date, std::string_view content,
                             int64_t announced) {
  if (exchange_ == nullptr) return;
  server::Answer answer;
  answer.status = status;
  answer.fields = lines;
  exchange_->has_date = has_date;
  if (exchange_->head_request) {
    answer.announce_length = announced >= 0;
    answer.length = announced >= 0 ? static_cast<uint64_t>(announced) : 0;
  } else {
    answer.body = server::Answer::Body::kCopied;
    answer.bytes = content;
  }
  exchange_->connection->Send(exchange_, answer);
}

void ProxiedExchange::Start(uint16_t status, std::string_view lines, bool has_date, int64_t length) {
  if (exchange_ == nullptr) return;
  exchange_->has_date = has_date;
  exchange_->connection->StartStream(exchange_, status, lines, length);
}

void ProxiedExchange::Chunk(std::string_view content) {
  if (exchange_ != nullptr) exchange_->connection->StreamChunk(exchange_, content, {});
}

void ProxiedExchange::End(bool complete, std::string_view trailers) {
  if (exchange_ != nullptr) exchange_->connection->EndStream(exchange_, complete, trailers);
}

void ProxiedExchange::Fail(uint16_t status) {
  if (exchange_ == nullptr) return;
  if (status == 504 && exchange_->is_past_deadline(io_.now_ms())) [[unlikely]] return exchange_->connection->AnswerLate(exchange_);
  io_.counters().proxy_failures.Add();
  exchange_->connection->SendStatus(exchange_, status, status == 503 ? "Retry-After: 1\r\n" : "");
}

bool ProxiedExchange::FollowsFileNames() const { return io_.snapshot()->has_internal_mounts; }

void ProxiedExchange::SendFile(std::string_view name, std::string_view lines) {
  if (exchange_ == nullptr) return;
  const std::string request_head = std::move(exchange_->request_head);
  io_.router().SendNamedFile(*exchange_->connection, exchange_, name, lines, request_head);
}

void ProxiedExchange::LimitRate(const http::LimitRate& rate) {
  if (exchange_ != nullptr) BandwidthOf(exchange_).Apply(rate);
}

void ProxiedExchange::WantContent() {
  if (exchange_ == nullptr) return;
  exchange_->connection->SendContinue(exchange_);
  exchange_->connection->ContinueBody();
}

void ProxiedExchange::StartTunnel(std::string_view lines) {
  if (exchange_ != nullptr) exchange_->connection->StartTunnel(exchange_, lines);
}

void ProxiedExchange::TunnelBytes(std::string_view bytes) {
  if (exchange_ != nullptr) exchange_->connection->SendTunnelBytes(exchange_, bytes);
}

void ProxiedExchange::FinishTunnel() {
  if (exchange_ != nullptr) exchange_->connection->FinishTunnel();
}

void ProxiedExchange::EndTunnel(bool broken) {
  if (exchange_ != nullptr) exchange_->connection->EndTunnel(exchange_, broken);
}

}  // namespace fastserve::server
