/** Settings of the JavaScript engine that change while the process runs. They hold for all its threads. */
import { Script } from 'node:vm';

/** What gateway/young-objects.ts is about; on when a process begins. */
const PRETENURING = { on: '--allocation-site-pretenuring', off: '--no-allocation-site-pretenuring' };

export function endPretenuring(): void {
  setFlag(PRETENURING.off);
}

/** What `make` gives, called with the settings that the process began with. V8 takes cached code only where they are what they were when it was made. */
export function withFirstFlags<Result>(make: () => Result): Result {
  const before = fingerprint();
  setFlag(PRETENURING.on);
  const isChanged = !before.equals(fingerprint());
  try {
    return make();
  } finally {
    if (isChanged) setFlag(PRETENURING.off);
  }
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
