/** The servers of upstreams for Prometheus. Main thread. */
import type { AdminSource, UpstreamServerView } from './source.ts';

const SERIES: [name: string, kind: 'gauge' | 'counter', help: string, value: (server: UpstreamServerView) => number][] = [
  ['upstream_up', 'gauge', 'Whether the server gets requests.', ({ state }) => (state === 'up' ? 1 : 0)],
  ['upstream_in_flight', 'gauge', 'Requests that the server has.', ({ inFlight }) => inFlight],
  ['upstream_answered_total', 'counter', 'Requests that the server has answered.', ({ answered }) => answered],
  ['upstream_failed_total', 'counter', 'Requests that failed at the server.', ({ failed }) => failed],
  ['upstream_checks_passed_total', 'counter', 'Active checks that the server passed.', ({ checksPassed }) => checksPassed],
  ['upstream_checks_failed_total', 'counter', 'Active checks that the server failed.', ({ checksFailed }) => checksFailed],
  ['upstream_latency_seconds', 'gauge', 'Time to the head of an answer, recent peaks counting most.', ({ latencyMs }) => latencyMs / 1000],
];

/** Lines without the last line end; none without upstreams. */
export function upstreamLines(source: AdminSource, escaped: (text: string) => string): string[] {
  const upstreams = source.upstreams();
  if (upstreams.length === 0) return [];
  return SERIES.flatMap(([name, kind, help, value]) => [
    `# HELP fastserve_${name} ${help}`,
    `# TYPE fastserve_${name} ${kind}`,
    ...upstreams.flatMap((upstream) =>
      upstream.servers.map((server) => `fastserve_${name}{upstream="${escaped(upstream.name)}",server="${escaped(server.url)}",address="${escaped(server.address)}"} ${value(server)}`),
    ),
  ]);
}
