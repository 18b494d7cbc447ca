/** Addresses and their certificates: as written, and as the server runs on them. */
import type { Duration } from './quantities.ts';

/** Where to listen. A number or string is short for an object: 8080, "127.0.0.1:8080", "unix:/run/site.sock", "systemd", "fd:3". */
export type ListenConfig =
  | number
  | string
  | {
      /** Name or literal IP. Default: 0.0.0.0 for `fastserve start`, 127.0.0.1 for serve(). */
      host?: string | undefined;
      /** 0 takes a free port. Default: 8080 for `fastserve start`, 0 for serve(). */
      port?: number | undefined;
      /** HTTPS. Excludes redirect. */
      tls?: TlsConfig | undefined;
      /** Answers every request with a redirect to the first listener with tls. */
      redirect?: 'https' | undefined;
      /**
       * Every connection must begin with a PROXY protocol header (version 1 or 2). A list of networks: those of others are closed. Default:
       * false.
       */
      proxyProtocol?: boolean | readonly string[] | undefined;
    }
  | { /** Path of a unix socket, or "@name" for one without a file. */ unix: string; proxyProtocol?: boolean | readonly string[] | undefined }
  | {
      /** A socket that listens already: "systemd" for those of the unit's socket, "systemd:name" by FileDescriptorName, or a descriptor. */
      fd: number | string;
      tls?: TlsConfig | undefined;
      redirect?: 'https' | undefined;
      proxyProtocol?: boolean | readonly string[] | undefined;
    };

/** Certificates of a listener: PEM files, relative to the configuration file, read again when they change on disk. */
export interface TlsConfig {
  /** The server's certificate, then its chain. Also for names that no entry of sni has. */
  cert: string;
  /** Its private key, without a passphrase. */
  key: string;
  /** What the authority says of the certificate, for clients that ask: an OCSP response in DER form. Default: none is given. */
  ocsp?: string | undefined;
  /** Certificates that may have signed those of clients. Needs clientCertificates. */
  ca?: string | undefined;
  /** Ask clients for a certificate of ca; "require" refuses those without. Default: none is asked for. */
  clientCertificates?: 'request' | 'require' | undefined;
  /** Oldest protocol version. Default: "TLSv1.2". */
  minVersion?: 'TLSv1.2' | 'TLSv1.3' | undefined;
  /** Further certificates, by the name that the client asks for. */
  sni?: readonly SniConfig[] | undefined;
}

/** A certificate for certain names. */
export interface SniConfig {
  /** "example.org", or "*.example.org" for all names with one label more. */
  names: readonly string[];
  cert: string;
  key: string;
  /** As in TlsConfig. */
  ocsp?: string | undefined;
}

/** Strict-Transport-Security (RFC 6797). */
export interface HstsConfig {
  /** How long clients shall insist on HTTPS. Default: 365d. */
  maxAge?: Duration | undefined;
  /** Default: false. */
  includeSubDomains?: boolean | undefined;
  /** Asks for a place on the lists of browsers. Default: false. */
  preload?: boolean | undefined;
}

export type ListenAddress = ({ host: string; port: number; tls: TlsFiles | undefined; redirect: 'https' | undefined } | { fd: number; tls: TlsFiles | undefined; redirect: 'https' | undefined } | { unix: string }) & {
  proxyProtocol?: boolean | readonly string[] | undefined;
};

/** TLS of one listener with absolute paths. */
export interface TlsFiles {
  /** The first one is for every name that no other has. */
  readonly certificates: readonly CertificateFiles[];
  readonly ca: string | undefined;
  readonly clientCertificates: 'none' | 'request' | 'require';
  readonly minVersion: 'TLSv1.2' | 'TLSv1.3';
}

export interface CertificateFiles {
  readonly names: readonly string[];
  readonly cert: string;
  readonly key: string;
  readonly ocsp: string | undefined;
}
