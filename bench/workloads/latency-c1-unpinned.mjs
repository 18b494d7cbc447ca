import pinned from './latency-c1.mjs';

/** The same with threads where the scheduler wants them. */
export default {
  ...pinned,
  title: 'One connection, nothing pinned',
  pinned: false,
};
