/** "fastserve/node": a server in the shape of node:http's. Re-exports only. */

export { nodeListener } from '../gateway/adapters/node.ts';
export { IncomingMessage } from '../gateway/node/incoming-message.ts';
export { type NodeListener } from '../gateway/node/listener.ts';
export { type RequestSocket } from '../gateway/node/request-socket.ts';
export { ServerResponse } from '../gateway/node/server-response.ts';
export { type ListenOptions } from './listen-target.ts';
export { createServer, Server } from './server.ts';
export { type ServerOptions } from './server-options.ts';
export { type Address } from './stay.ts';
