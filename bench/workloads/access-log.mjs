import hello from './hello.mjs';

/** The same with a line in a file for each answer. */
export default {
  ...hello,
  title: 'Hello through the queue, access log on',
  servers: ['fastserve', 'fastserve-logged'],
};
