import { CommandFailure, EXIT } from './exit-codes.ts';

const DEFAULT_PORT = 6379;

/** `host:port`, `host`, `[ipv6]:port` or `:port`, as people write it. */
export const parseAddress = (text: string): { readonly host: string; readonly port: number } => {
  const parts =
    /^\[([^\]]+)\](?::(\d+))?$/.exec(text) ?? /^([^:]*)(?::(\d+))?$/.exec(text) ?? undefined;
  const port = parts?.[2] === undefined ? DEFAULT_PORT : Number(parts[2]);
  if (parts?.[1] === undefined || port < 1 || port > 65535) {
    throw new CommandFailure(
      EXIT.usage,
      `"${text}" is no address: write host:port, as in 127.0.0.1:6379 or [::1]:6379`,
    );
  }
  return { host: parts[1] === '' ? '127.0.0.1' : parts[1], port };
};
