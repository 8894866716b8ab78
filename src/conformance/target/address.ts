/** Where the target is and how to get in. */
export interface TargetAddress {
  readonly host: string;
  readonly port: number;
  readonly user?: string;
  readonly pass?: string;
  readonly tls?: TlsOptions;
}

/** As redis-cli's options of the same names. Certificates and keys as PEM text. */
export interface TlsOptions {
  readonly cacert?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly sni?: string;
  readonly insecure: boolean;
}

/** `host:port` as people write it, with IPv6 addresses in brackets. */
export const showAddress = ({ host, port }: Pick<TargetAddress, 'host' | 'port'>): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
