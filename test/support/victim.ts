/** A server in a process of its own, to be attacked: whether it lives on, and what it costs. */
import { Running } from '../cli/command.ts';
import { ask, get } from './client.ts';
import { atEnd, directoryWith, memory, usage } from './servers.ts';

export interface Victim {
  readonly url: string;
  readonly pid: number;
  /** Throws unless the process lives and answers. */
  alive(): Promise<void>;
  /** Resident memory now, bytes. */
  memory(): Promise<number>;
  descriptors(): Promise<number>;
}

/** `fastserve start` with this configuration; killed behind the test. */
export async function victim(config: object): Promise<Victim> {
  const site = await directoryWith({ 'fastserve.config.json': JSON.stringify({ listen: '127.0.0.1:0', log: { access: 'off' }, ...config }) });
  const running = new Running(['start', site]);
  atEnd(async () => {
    running.process.kill('SIGKILL');
    await running.exited;
  });
  const url = await running.url();
  const pid = running.process.pid as number;
  return {
    url,
    pid,
    async alive() {
      const { exitCode, signalCode } = running.process;
      if (exitCode !== null || signalCode !== null) throw new Error(`the server died: ${exitCode ?? signalCode}\n${(await running.exited).stderr}`);
      const { status } = await ask(url, get('/alive'));
      if (status !== 200) throw new Error(`answered with ${status}`);
    },
    memory: async () => (await memory(pid)).now,
    descriptors: async () => (await usage(pid)).descriptors,
  };
}
