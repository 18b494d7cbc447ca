/** The command line of run.mjs. */
import { parseArgs } from 'node:util';
import { SERVERS } from '../servers/index.mjs';
import { WORKLOADS } from '../workloads/index.mjs';

export const USAGE = `usage: npm run bench -- [options]

  --servers a,b     only these servers    (${SERVERS.join(', ')})
  --workloads x,y   only these workloads  (${WORKLOADS.join(', ')})
  --rounds n        interleaved rounds of each workload (5)
  --seconds n       length of each timed run, fractions allowed (2)
  --quick           2 rounds of 0.7 s and shorter extremes: a look, not a measurement
  --dry             do not write results
  --help            this text`;

/** @returns {object} the options, or { error } with what was wrong, or { help: true } */
export function readOptions(args) {
  let values;
  try {
    ({ values } = parseArgs({ args, options: {
      servers: { type: 'string' }, workloads: { type: 'string' }, rounds: { type: 'string' }, seconds: { type: 'string' },
      quick: { type: 'boolean', default: false }, dry: { type: 'boolean', default: false }, help: { type: 'boolean', default: false },
    } }));
    const { quick, dry, help } = values;
    return {
      help, quick, dry,
      servers: pick('servers', values.servers, SERVERS),
      workloads: pick('workloads', values.workloads, WORKLOADS),
      rounds: positive('rounds', values.rounds ?? (quick ? '2' : '5'), Number.isInteger),
      seconds: positive('seconds', values.seconds ?? (quick ? '0.7' : '2'), Number.isFinite),
      warmUpSeconds: quick ? 0.4 : 0.7,
      killSeconds: quick ? 3 : 8,
    };
  } catch (error) {
    return { error: error.message };
  }
}

function pick(option, value, known) {
  if (value === undefined) return known;
  const names = value.split(',').filter((name) => name !== '');
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`--${option}: "${unknown}" is unknown; choose from ${known.join(', ')}`);
  return known.filter((name) => names.includes(name));
}

function positive(option, value, valid) {
  const number = Number(value);
  if (!valid(number) || number <= 0) throw new Error(`--${option}: "${value}" is not a positive ${valid === Number.isInteger ? 'whole number' : 'number'}`);
  return number;
}
