/** From the results of the suite to what was passed, as its own pages count: a test whose dependency fails counts as failed. */

/** `suites`: as the suite exports them; `results`: by test id, true or [kind, message]. */
export function judge(suites, results) {
  const tests = new Map(suites.flatMap((suite) => suite.tests).map((test) => [test.id, test]));
  const passes = (id) => results[id] === true && (tests.get(id).depends_on ?? []).every(passes);
  const kinds = { required: { passed: [], failed: [] }, optimal: { passed: [], failed: [] }, check: { passed: [], failed: [] } };
  for (const [id, test] of tests) {
    if (test.browser_only) continue;
    const kind = kinds[test.kind ?? 'required'];
    (passes(id) ? kind.passed : kind.failed).push(id);
  }
  return kinds;
}

export function reasonOf(results, id) {
  const result = results[id];
  if (result === true) return 'a test that it depends on failed';
  return Array.isArray(result) ? result.join(': ') : 'it did not run';
}
