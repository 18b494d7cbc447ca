/** A DNS server for tests: UDP, one question a message, A records that tests change (RFC 1035 4). */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { atEnd } from '../support/servers.ts';

const HEADER_BYTES = 12;
const TYPE_A = 1;
const NO_SUCH_NAME = 3;
const SERVER_FAILURE = 2;

export class DnsServer {
  /** Seconds. */
  ttl = 1;
  /** By name; a name that is not there is NXDOMAIN. */
  readonly addresses = new Map<string, string[]>();
  /** Answers SERVFAIL to everything. */
  fails = false;
  asked = 0;
  readonly #socket: Socket = createSocket('udp4');

  static async start(): Promise<DnsServer> {
    const server = new DnsServer();
    server.#socket.on('message', (message, from) => server.#answer(message, from));
    server.#socket.bind(0, '127.0.0.1');
    await once(server.#socket, 'listening');
    atEnd(() => void server.#socket.close());
    return server;
  }

  get address(): string {
    return `127.0.0.1:${this.#socket.address().port}`;
  }

  #answer(message: Buffer, from: RemoteInfo): void {
    this.asked += 1;
    const labels: string[] = [];
    let at = HEADER_BYTES;
    for (; message[at] !== 0; at += 1 + (message[at] ?? 0)) labels.push(message.toString('latin1', at + 1, at + 1 + (message[at] ?? 0)));
    const question = message.subarray(HEADER_BYTES, at + 5);
    const known = this.addresses.get(labels.join('.'));
    const records = message.readUInt16BE(at + 1) === TYPE_A ? (known ?? []) : [];
    const header = Buffer.alloc(HEADER_BYTES);
    message.copy(header, 0, 0, 2);
    header.writeUInt16BE(0x8180 | (this.fails ? SERVER_FAILURE : known === undefined ? NO_SUCH_NAME : 0), 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(records.length, 6);
    this.#socket.send(Buffer.concat([header, question, ...records.map((address) => this.#record(address))]), from.port, from.address);
  }

  /** The name is a pointer to that of the question. */
  #record(address: string): Buffer {
    const record = Buffer.alloc(16);
    record.writeUInt16BE(0xc000 | HEADER_BYTES, 0);
    record.writeUInt16BE(TYPE_A, 2);
    record.writeUInt16BE(1, 4);
    record.writeUInt32BE(this.ttl, 6);
    record.writeUInt16BE(4, 10);
    address.split('.').forEach((part, n) => record.writeUInt8(Number(part), 12 + n));
    return record;
  }
}
