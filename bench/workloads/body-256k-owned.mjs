import plain from './body-256k.mjs';

/** The same bytes, which fastserve got once with staticBody(); peers send their Buffer. */
export default {
  ...plain,
  title: '256 KiB body from memory that fastserve owns',
  appFor: { fastserve: 'body-256k-owned' },
  servers: ['fastserve', 'uws'],
};
