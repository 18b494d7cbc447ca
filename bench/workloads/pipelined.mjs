import hello from './hello.mjs';

/** The kernel's part shared by 16 requests: shows the server's own. */
export default {
  ...hello,
  title: 'Hello, pipelined 16 deep, 64 connections',
  servers: ['fastserve', 'fastserve-direct', 'uws', 'node-http', 'nginx'],
  script: 'pipelined.lua',
};
