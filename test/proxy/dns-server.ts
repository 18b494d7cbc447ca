/** A DNS server for tests: UDP, one question a message, A and SRV records that tests change (RFC 1035 4, RFC 2782). */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { atEnd } from '../support/servers.ts';

const HEADER_BYTES = 12;
const TYPE_A = 1;
const TYPE_SRV = 33;
const NO_SUCH_NAME = 3;
const SERVER_FAILURE = 2;

export interface ServiceRecord {
  readonly priority: number;
  readonly weight: number;
  readonly port: number;
  readonly target: string;
}

export class DnsServer {
  /** Seconds. */
  ttl = 1;
  /** By name; a name that is not there is NXDOMAIN. */
  readonly addresses = new Map<string, string[]>();
  /** Also by name. */
  readonly services = new Map<string, ServiceRecord[]>();
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
    const name = labels.join('.');
    const isKnown = this.addresses.has(name) || this.services.has(name);
    const records = this.#records(name, message.readUInt16BE(at + 1));
    const header = Buffer.alloc(HEADER_BYTES);
    message.copy(header, 0, 0, 2);
    header.writeUInt16BE(0x8180 | (this.fails ? SERVER_FAILURE : isKnown ? 0 : NO_SUCH_NAME), 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(records.length, 6);
    this.#socket.send(Buffer.concat([header, question, ...records]), from.port, from.address);
  }

  #records(name: string, type: number): Buffer[] {
    if (type === TYPE_A) return (this.addresses.get(name) ?? []).map((address) => this.#record(TYPE_A, Buffer.from(address.split('.').map(Number))));
    if (type !== TYPE_SRV) return [];
    return (this.services.get(name) ?? []).map(({ priority, weight, port, target }) => {
      const numbers = Buffer.alloc(6);
      [priority, weight, port].forEach((value, n) => numbers.writeUInt16BE(value, 2 * n));
      return this.#record(TYPE_SRV, Buffer.concat([numbers, nameBytes(target)]));
    });
  }

  /** The name is a pointer to that of the question. */
  #record(type: number, data: Buffer): Buffer {
    const head = Buffer.alloc(12);
    head.writeUInt16BE(0xc000 | HEADER_BYTES, 0);
    head.writeUInt16BE(type, 2);
    head.writeUInt16BE(1, 4);
    head.writeUInt32BE(this.ttl, 6);
    head.writeUInt16BE(data.length, 10);
    return Buffer.concat([head, data]);
  }
}

/** The root is ".". */
function nameBytes(name: string): Buffer {
  const labels = name === '.' ? [] : name.split('.');
  return Buffer.concat([...labels.map((label) => Buffer.from([label.length, ...Buffer.from(label)])), Buffer.from([0])]);
}
