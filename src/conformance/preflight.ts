import type { RespValue } from '../../models/vocabulary/index.ts';
import type { InfoFields } from '../wire/info.ts';
import { encodeCommand } from '../wire/resp.ts';
import { showReply } from './expect.ts';
import { showAddress, type TargetAddress } from './target/address.ts';
import { Control, ErrorReply, openAuthenticated } from './target/control.ts';
import { type Identity, identify } from './target/identify.ts';
import { observationOf, UnreadableInfo } from './target/observation.ts';
import { Peer, PeerError, type PeerOptions } from './target/peer.ts';

/** Why a target can't be checked at all. */
export type Obstacle =
  | 'refused'
  | 'silent'
  | 'not-resp'
  | 'tls'
  | 'no-tls'
  | 'auth-needed'
  | 'wrong-password'
  | 'protected'
  | 'loading'
  | 'no-permission'
  | 'no-psync'
  | 'no-master-link'
  | 'other-protocol'
  | 'unreadable-info'
  | 'has-data'
  | 'has-replicas'
  | 'no-client';

/** The target can't be checked; the message says why and what to do. */
export class PreflightFailure extends Error {
  readonly obstacle: Obstacle;

  constructor(obstacle: Obstacle, message: string) {
    super(message);
    this.obstacle = obstacle;
  }
}

/** A target that can be checked. */
export interface Cleared {
  readonly control: Control;
  readonly identity: Identity & { readonly dialect: NonNullable<Identity['dialect']> };
}

/** What an error code means for a run, and what to do about it. */
const BY_CODE: Readonly<Record<string, readonly [Obstacle, string]>> = {
  NOAUTH: ['auth-needed', 'it wants a password: give --pass, and --user where it has users'],
  WRONGPASS: ['wrong-password', 'it does not take this user and password'],
  DENIED: ['protected', 'it is in protected mode: connect from its own machine, or set a password'],
  LOADING: ['loading', 'it is loading its data: try again when it has'],
  NOPERM: [
    'no-permission',
    'its ACL does not let this user do what a replica does: allow +psync +replconf +ping +info',
  ],
  NOMASTERLINK: [
    'no-master-link',
    'it is a replica without a link to its master, and serves nobody: check its master, or wait',
  ],
};

const failureOf = (text: string, where: string): PreflightFailure | null => {
  const known = BY_CODE[text.split(' ')[0] ?? ''];
  return known ? new PreflightFailure(known[0], `${where}: ${known[1]} (-${text})`) : null;
};

const TLS_ALERT = '\x15\x03';

/** Connects to the target and finds out, without touching anything, whether it can be checked as a master. */
export const preflight = (address: TargetAddress, options: PeerOptions): Promise<Cleared> =>
  cleared(address, options, (_, where) => probePsync(address, options, where));

/**
 * The same for a target that is to follow us. That replaces its data and drops its replicas, so it must have none of
 * either, unless its owner has said that they may go.
 */
export const preflightReplica = (
  address: TargetAddress,
  options: PeerOptions,
  mayReplaceData: boolean,
): Promise<Cleared> =>
  cleared(address, options, async (control, where) => {
    if (mayReplaceData) return;
    const fields = await control.info('replication', 'keyspace');
    const keys = keysOf(fields);
    if (keys > 0) {
      throw new PreflightFailure(
        'has-data',
        `${where}: it holds ${keys} keys, which a replica loses to its master’s: check an empty server, or give --replace-data`,
      );
    }
    const replicas = Number(fields.get('connected_slaves') ?? 0);
    if (replicas > 0) {
      throw new PreflightFailure(
        'has-replicas',
        `${where}: ${replicas} replicas are attached, which would lose their data too: detach them, or give --replace-data`,
      );
    }
  });

/** How many keys a server holds in all its databases, by INFO. */
export const keysOf = (fields: InfoFields): number =>
  [...fields]
    .filter(([name]) => /^db\d+$/.test(name))
    .reduce((sum, [, value]) => sum + Number(/keys=(\d+)/.exec(value)?.[1] ?? 0), 0);

const cleared = async (
  address: TargetAddress,
  options: PeerOptions,
  look: (control: Control, where: string) => Promise<void>,
): Promise<Cleared> => {
  const where = showAddress(address);
  await greet(address, options, where);
  const control = await openControl(address, options, where);
  try {
    const identity = await readIdentity(control, where);
    await look(control, where);
    return { control, identity };
  } catch (error) {
    control.close();
    throw error;
  }
};

/** Sends PING, and tells from what comes back what kind of thing listens there. */
const greet = async (
  address: TargetAddress,
  options: PeerOptions,
  where: string,
): Promise<void> => {
  const peer = await dial(address, options, where);
  try {
    const reply = await peer.command('PING');
    if (reply !== null && 'error' in reply && address.pass === undefined) {
      const failure = failureOf(reply.error, where);
      if (failure !== null) throw failure;
    }
  } catch (error) {
    if (!(error instanceof PeerError)) throw error;
    if (await takesTls(address, options)) throw wantsTls(where);
    throw notRedis(error, peer, where);
  } finally {
    peer.close();
  }
};

const wantsTls = (where: string): PreflightFailure =>
  new PreflightFailure('tls', `${where}: it speaks TLS: give --tls`);

/** Whether a target that does not answer in the clear answers with TLS. */
const takesTls = async (address: TargetAddress, options: PeerOptions): Promise<boolean> =>
  address.tls === undefined && takesConnections({ ...address, tls: { insecure: true } }, options);

const takesConnections = async (address: TargetAddress, options: PeerOptions): Promise<boolean> => {
  try {
    (await Peer.open(address, options)).close();
    return true;
  } catch (error) {
    if (error instanceof PeerError) return false;
    throw error;
  }
};

const dial = async (address: TargetAddress, options: PeerOptions, where: string): Promise<Peer> => {
  try {
    return await Peer.open(address, options);
  } catch (error) {
    if (!(error instanceof PeerError)) throw error;
    throw await notConnected(error, address, options, where);
  }
};

const notConnected = async (
  error: PeerError,
  { tls, ...plain }: TargetAddress,
  options: PeerOptions,
  where: string,
): Promise<PreflightFailure> => {
  if (tls !== undefined && (await takesConnections(plain, options))) {
    return new PreflightFailure(
      'no-tls',
      `${where}: no TLS connection (${error.message}): leave --tls out, or give --cacert`,
    );
  }
  return error.problem === 'silent'
    ? new PreflightFailure('silent', `${where}: ${error.message}: is a firewall in between?`)
    : new PreflightFailure(
        'refused',
        `${where}: no connection (${error.message}): is the server running there?`,
      );
};

const notRedis = (error: PeerError, peer: Peer, where: string): PreflightFailure => {
  const heard = peer.firstHeard;
  if (heard.startsWith(TLS_ALERT)) return wantsTls(where);
  if (error.problem === 'silent') {
    return new PreflightFailure(
      'silent',
      `${where}: it takes connections but does not answer PING: is it a Redis port?`,
    );
  }
  if (heard === '') {
    return new PreflightFailure(
      'not-resp',
      `${where}: it closed the link when it was sent PING: is it a Redis port?`,
    );
  }
  return new PreflightFailure(
    'not-resp',
    `${where}: it does not speak RESP: PING was answered with ${JSON.stringify(heard.slice(0, 40))}`,
  );
};

const openControl = async (
  address: TargetAddress,
  options: PeerOptions,
  where: string,
): Promise<Control> => {
  try {
    return await Control.open(address, options);
  } catch (error) {
    if (error instanceof ErrorReply) {
      throw (
        failureOf(error.message, where) ??
        new PreflightFailure('wrong-password', `${where}: AUTH failed: -${error.message}`)
      );
    }
    throw asFailure(error, where);
  }
};

const asFailure = (error: unknown, where: string): unknown => {
  if (error instanceof PeerError) {
    return new PreflightFailure(
      error.problem === 'malformed' ? 'not-resp' : 'silent',
      `${where}: ${error.message}`,
    );
  }
  return error;
};

const readIdentity = async (control: Control, where: string): Promise<Cleared['identity']> => {
  try {
    const fields = await control.info('server', 'replication', 'stats', 'persistence');
    const { server, dialect } = identify(fields);
    if (dialect === null) {
      throw new PreflightFailure(
        'other-protocol',
        `${where}: ${server} replicates by a protocol of its own, not by Redis’s PSYNC`,
      );
    }
    if (dialect === 'psync1') {
      throw new PreflightFailure(
        'other-protocol',
        `${where}: ${server} speaks the first PSYNC, before replication IDs; these checks begin with Redis 4`,
      );
    }
    if (fields.get('loading') === '1') {
      throw new PreflightFailure(
        'loading',
        `${where}: it is loading its data: try again when it has`,
      );
    }
    observationOf(fields);
    return { server, dialect };
  } catch (error) {
    if (error instanceof UnreadableInfo) {
      throw new PreflightFailure(
        'unreadable-info',
        `${where}: ${error.message}, without which nothing can be predicted`,
      );
    }
    if (error instanceof ErrorReply) {
      throw (
        failureOf(error.message, where) ??
        new PreflightFailure('unreadable-info', `${where}: INFO: -${error.message}`)
      );
    }
    throw asFailure(error, where);
  }
};

/** PSYNC behind an unanswered PING is refused by every Redis, so asking like that costs nothing. */
const probePsync = async (
  address: TargetAddress,
  options: PeerOptions,
  where: string,
): Promise<void> => {
  const peer = await openAuthenticated(address, options);
  try {
    peer.send(Buffer.concat([encodeCommand(['PING']), encodeCommand(['PSYNC', '?', '-1'])]));
    await peer.reply();
    const reply: RespValue = await peer.reply();
    if (reply === null || !('error' in reply)) return;
    const failure = failureOf(reply.error, where);
    if (failure !== null) throw failure;
    if (/unknown command/i.test(reply.error)) {
      throw new PreflightFailure(
        'no-psync',
        `${where}: it does not know PSYNC (${showReply(reply)}): it can be nobody’s master`,
      );
    }
  } catch (error) {
    throw asFailure(error, where);
  } finally {
    peer.close();
  }
};
