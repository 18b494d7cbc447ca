import large from './static-10m.mjs';

export default { ...large, title: 'TLS 1.3, static file, 10 MiB', tls: true };
