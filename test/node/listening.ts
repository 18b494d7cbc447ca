/** Servers that tests of node:http and fastserve/node have in common. */
import type { AddressInfo } from 'node:net';
import { Client } from '../support/client.ts';
import { atEnd } from '../support/servers.ts';

/** What a test needs of a server of either kind. */
export interface ServerLike {
  listen(port: number, host: string, listening: () => void): unknown;
  address(): unknown;
  close(): unknown;
  closeAllConnections(): void;
}

/** Listens, and gives a connection to it; both end with the test. */
export async function connectedTo(server: ServerLike): Promise<Client> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  atEnd(() => {
    server.close();
    server.closeAllConnections();
  });
  const connection = await Client.connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  atEnd(() => connection.destroy());
  return connection;
}
