/** What the real clients of this folder meet: files and a view on an HTTP and on an HTTPS listener. */
import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { addressUrl } from '../../dist/supervisor/listen/address-url.js';
import type { FastServer, TlsConfig } from '../../dist/index.js';
import { directoryWith, fixtureApp, started } from '../support/servers.ts';
import { type CertificateFiles, certificate } from '../support/tls.ts';

export interface RealSite {
  readonly server: FastServer;
  readonly http: string;
  readonly https: string;
  readonly tls: CertificateFiles;
  /** Under /s/. */
  readonly files: Readonly<Record<'large.bin' | '64k.bin' | 'text.txt', Buffer>>;
}

/**
 * Files under /s/: large.bin (3 MiB), 64k.bin, text.txt with a text.txt.gz beside it, dir/index.html. Everything else is
 * answered with the SHA-256 of the request's content.
 */
export async function realSite(tls: Partial<TlsConfig> = {}): Promise<RealSite> {
  const directory = await directoryWith();
  const files = { 'large.bin': randomBytes(3 * 1024 * 1024), '64k.bin': randomBytes(64 * 1024), 'text.txt': Buffer.alloc(9000, 'words to compress ') };
  const root = await directoryWith(files);
  await writeFile(join(root, 'text.txt.gz'), gzipSync(files['text.txt']));
  await mkdir(join(root, 'dir'));
  await writeFile(join(root, 'dir', 'index.html'), 'the index');
  const site = await certificate(directory, 'site');
  const server = await started({
    listen: [{ port: 0 }, { port: 0, tls: { ...site, ...tls } }],
    app: fixtureApp('digest.mjs'),
    workers: 1,
    static: [{ prefix: '/s/', root }],
    limits: { body: '16mb' },
  });
  const [plain = {}, secure = {}] = server.addresses;
  return { server, http: addressUrl(plain), https: addressUrl(secure), tls: site, files };
}
