// Counters of one I/O thread: written by it alone, read by anyone at any time (relaxed: each is right, together they may
// be a moment apart).
#pragma once

#include "native/base/counter.h"

namespace fastserve::server {

using base::Counter;

struct Counters {
  Counter connections_accepted;
  Counter connections_open;      // gauge
  Counter requests;
  Counter requests_to_workers;
  Counter requests_proxied;
  Counter proxy_failures;        // 502, 503 and 504 that the front gave for an upstream
  Counter queued;                // gauge
  Counter in_flight;             // gauge
  Counter redispatched;
  Counter rejected_queue_full;
  Counter timed_out;
  Counter deadlines_passed;      // answered 504, for the time that their clients said they would wait was over
  Counter replayed;              // started requests of dead workers that were given to others
  Counter quarantined;           // refused, for they end workers
  Counter denied;                // by access rules
  Counter rate_limited;
  Counter delayed;               // held back to keep a rate
  Counter rate_limited_dry;      // would have been refused
  Counter concurrency_limited;
  Counter concurrency_limited_dry;  // would have been refused
  Counter verifications;         // questions to checkers of sub-request authentication
  Counter hints_sent;            // 103 of what was learnt
  Counter connections_refused;   // beyond the limit of their address, or on a listener that is for others
  Counter worker_wakes;
  Counter turns;
  Counter accept_pauses;
  Counter stop_cut;              // requests that had not ended when the grace of the stop was over
  Counter stop_drained;          // those that ended within it; known when the thread has ended
  Counter parse_errors;
  Counter cache_hits;            // answered with what is fresh
  Counter cache_coded;           // of both: with a form that was coded once
  Counter cache_stale;           // answered with what is stale, as it may be
  Counter cache_misses;          // somebody had to be asked
  Counter cache_waits;           // requests that waited for another one's answer
  Counter file_waits;            // requests and answers that waited for a disk
  Counter file_refusals;         // requests refused: too much waited for a disk, or too long
  Counter tls_handshakes;        // completed
  Counter tls_resumed;           // of these, with a ticket
  Counter tls_failures;          // connections that ended for a fault in TLS, plain HTTP on a TLS port included
};

}  // namespace fastserve::server
