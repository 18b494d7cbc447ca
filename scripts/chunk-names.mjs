/**
 * Which chunk each module of src/ belongs to, by who loads it: what is needed together is read together, and nothing else with it.
 *
 *   common      what both the main thread and workers need
 *   start       what the main thread needs to answer a file
 *   threads     what it needs behind that to begin the threads of workers
 *   supervise   and then: the workers, and the running server
 *   runtime     what workers need, and what applications import
 *   null        by whom it is imported, as the bundler sees fit: what few starts need
 */
const START = ['cli/launch', 'cli/start'];
const THREADS = ['supervisor/thread-source'];
const SUPERVISE = ['config/module', 'supervisor/application', 'supervisor/worker-application', 'supervisor/running-server', 'cli/start-message'];
const RUNTIME = ['index', 'gateway/worker', 'gateway/adapters/index'];

/** idOf(name): the id of the module that is called so in these lists. Gives the function for rolldown's codeSplitting.groups. */
export function chunkNames(idOf) {
  let sets;
  return (id, context) => {
    sets ??= closuresFrom((each) => [...(context.getModuleInfo(each)?.importedIds ?? [])], idOf);
    if (id.startsWith('\0rolldown/')) return 'common';
    const isMain = sets.start.has(id) || sets.supervise.has(id);
    if (isMain && sets.runtime.has(id)) return 'common';
    if (sets.start.has(id)) return 'start';
    if (sets.threads.has(id)) return 'threads';
    if (sets.supervise.has(id)) return 'supervise';
    return sets.runtime.has(id) ? 'runtime' : null;
  };
}

/** By list: the ids of its modules and of all that they import before they run. */
function closuresFrom(importsOf, idOf) {
  const closure = (names) => {
    const found = new Set();
    const visit = (id) => {
      if (found.has(id)) return;
      found.add(id);
      importsOf(id).forEach(visit);
    };
    for (const name of names) visit(idOf(name));
    return found;
  };
  return { start: closure(START), threads: closure(THREADS), supervise: closure(SUPERVISE), runtime: closure(RUNTIME) };
}
