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
const THREADS = ['supervisor/workers/thread-source'];
const SUPERVISE = ['config/module', 'supervisor/application', 'supervisor/worker-application', 'supervisor/running-server', 'cli/start-message'];
const RUNTIME = ['index', 'gateway/worker', 'gateway/adapters/index'];

/** idOf(name): the id of the module that is called so in these lists; threadEntry: that of Piscina's in its threads. Gives the function for rolldown's codeSplitting.groups. */
export function chunkNames(idOf, threadEntry) {
  let sets;
  return (id, context) => {
    sets ??= closuresFrom((each) => [...(context.getModuleInfo(each)?.importedIds ?? [])], idOf, threadEntry);
    if (id.startsWith('\0rolldown/')) return 'common';
    const isMain = sets.start.has(id) || sets.supervise.has(id);
    if (isMain && sets.runtime.has(id)) return 'common';
    if (sets.threads.has(id) && sets.piscina.has(id)) return 'common';
    if (sets.start.has(id)) return 'start';
    if (sets.threads.has(id)) return 'threads';
    if (sets.supervise.has(id)) return 'supervise';
    return sets.runtime.has(id) ? 'runtime' : null;
  };
}

/** By list: the ids of its modules and of all that they import before they run. */
function closuresFrom(importsOf, idOf, threadEntry) {
  const closure = (ids) => {
    const found = new Set();
    const visit = (id) => {
      if (found.has(id)) return;
      found.add(id);
      importsOf(id).forEach(visit);
    };
    ids.forEach(visit);
    return found;
  };
  const named = (names) => closure(names.map(idOf));
  return { start: named(START), threads: named(THREADS), supervise: named(SUPERVISE), runtime: named(RUNTIME), piscina: closure([threadEntry]) };
}
