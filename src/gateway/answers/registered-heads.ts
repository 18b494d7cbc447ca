/** The field blocks of answers that one port knows by number, so that they cross once and not with each answer. The worker's thread. */
import type { NativePort } from '../../native/binding.ts';
import type { FlatFields, Head } from '../contract.ts';
import { fieldBlock } from './field-block.ts';
import { RecurringHeads } from './recurring-heads.ts';

/** Of one thread: beyond, heads are sent as blocks. A module constant needs one. */
const MAX_REGISTRATIONS = 4096;

export class RegisteredHeads {
  readonly #port: NativePort;
  readonly #recurring = new RecurringHeads((fields) => this.#register(fieldBlock(fields), fields.length / 2));
  #registrations = 0;

  constructor(port: NativePort) {
    this.#port = port;
  }

  /** A head's registration with the port, made when first used; its block where there are too many. */
  registered(head: Head): number | string {
    if (head.registration === 0) head.registration = this.#register(head.block, head.fields.length / 2);
    return head.registration === 0 ? head.block : head.registration;
  }

  /** What stands for the fields of one answer: a registration where they come again and again, else their block. */
  blockFor(fields: FlatFields): number | string {
    const registration = this.#recurring.find(fields);
    return registration === 0 ? fieldBlock(fields) : registration;
  }

  /** The registration of a head that others begin with; 0 when there are too many. */
  baseFor(head: Head): number {
    const registration = this.registered(head);
    return typeof registration === 'number' ? registration : 0;
  }

  #register(block: string, lines: number): number {
    if (this.#registrations >= MAX_REGISTRATIONS) return 0;
    this.#registrations++;
    return this.#port.registerHead(block, lines);
  }
}
