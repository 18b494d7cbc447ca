/** Settings of the JavaScript engine that change while the process runs. They hold for all its threads. */
import { Script } from 'node:vm';

interface Setting {
  /** As the process began with it. */
  readonly first: string;
  readonly later: string;
}

/** What gateway/worker/engine-settings.ts says of pretenuring; on when a process begins. */
const PRETENURING: Setting = { first: '--allocation-site-pretenuring', later: '--no-allocation-site-pretenuring' };
/** What it says of inlining. 920 is V8's default, says a test. */
const INLINING: Setting = { first: '--max-inlined-bytecode-size-cumulative=920', later: '--max-inlined-bytecode-size-cumulative=2500' };

export function endPretenuring(): void {
  setFlag(PRETENURING.later);
}

/** Nothing where the process was started with a value of its own. */
export function raiseInlining(): void {
  if (!isInliningGiven()) setFlag(INLINING.later);
}

/** What `make` gives, called with the settings that the process began with. V8 takes cached code only where they are what they were when it was made. */
export function withFirstFlags<Result>(make: () => Result): Result {
  const changed = (isInliningGiven() ? [PRETENURING] : [PRETENURING, INLINING]).filter(takeBack);
  try {
    return make();
  } finally {
    for (const { later } of changed) setFlag(later);
  }
}

/** Whether the setting was another one than the first. */
function takeBack({ first }: Setting): boolean {
  const before = fingerprint();
  setFlag(first);
  return !before.equals(fingerprint());
}

function isInliningGiven(): boolean {
  return process.execArgv.some((argument) => /^--max[-_]inlined[-_]bytecode[-_]size[-_]cumulative\b/.test(argument));
}

/** The code that V8 has for a script by now, for the settings that the process began with; undefined when another thread changed them meanwhile. */
export function codeOf(script: Script): Buffer | undefined {
  return withFirstFlags(() => {
    const before = fingerprint();
    const code = script.createCachedData();
    return before.equals(fingerprint()) ? code : undefined;
  });
}

/** Whether they are others than those that the process began with. */
export function areFlagsChanged(): boolean {
  return !fingerprint().equals(withFirstFlags(fingerprint));
}

/** The module is loaded here: most starts change nothing, and do not wait for it. */
function setFlag(flag: string): void {
  process.getBuiltinModule('node:v8').setFlagsFromString(flag);
}

/** Nothing says how a flag is set; cached code has a hash of all of them in it. */
function fingerprint(): Buffer {
  return new Script('0').createCachedData();
}
