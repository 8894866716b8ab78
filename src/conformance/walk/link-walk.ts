import { setTimeout } from 'node:timers/promises';
import type { AnyMachineSnapshot } from 'xstate';
import { replicaLinkEntry } from '../../../models/machines/catalogue/replica-link.ts';
import type {
  LinkContext,
  LinkEffect,
  LinkEvent,
} from '../../../models/machines/replica-link-terms.ts';
import { type Step, type Stepper, stepperOf } from '../../../models/machines/step.ts';
import type { TransitionId } from '../../../models/machines/transitions.ts';
import type { HandshakeSettings } from '../../../models/rules/handshake.ts';
import { UNKNOWN_OFFSET } from '../../../models/rules/master-link.ts';
import { type Ruleset, STANDARD } from '../../../models/rules/ruleset.ts';
import { type Dialect, processedOffset, type RespValue } from '../../../models/vocabulary/index.ts';
import { encodeCommand } from '../../wire/resp.ts';
import { AT_ONCE, BY_CRON, Deviation, type LinkStage, NotProvoked } from './link-stage.ts';
import {
  LINK_STIMULI,
  type LinkStimulus,
  type LinkWorld,
  MARK,
  statePath,
} from './link-stimuli.ts';
import type { WalkPath } from './paths.ts';
import { BEGINNING, NONSENSE, PAYLOAD } from './payload.ts';
import type { Place, PlaceMode } from './place.ts';

type Taken = Extract<Step, { readonly outcome: 'taken' }>;

/** The target of a walk, as far as it shows in what it sends. */
export interface LinkTarget {
  readonly dialect: Dialect;
  readonly settings: HandshakeSettings;
  /** Where it keeps its files, to be put back after it was sent elsewhere; null where it has no such setting. */
  readonly folder: string | null;
}

/** How a walk went: which transitions were seen, and why it ended early, if it did. */
export interface WalkResult {
  readonly confirmed: readonly TransitionId[];
  readonly ended: {
    readonly transitions: readonly TransitionId[];
    readonly why: string;
    readonly notProvoked: boolean;
  } | null;
}

/** What a walk tries before its path begins, to learn when the cron turns. */
const TRIED_FIRST: readonly TransitionId[] = [
  'following.handshake.awaitingPong/LINE/otherwise',
  'following.connect/TICK',
];

/** How long a frozen target may take, as one that waits for the rest of a line, in milliseconds. */
const FROZEN = 9000;

/** The short timeout of walks that wait for it, and the long one of all others, in seconds. */
const SHORT_TIMEOUT = 3;
const LONG_TIMEOUT = 60;

const PING = encodeCommand(['PING']);
const GETACK = encodeCommand(['REPLCONF', 'GETACK', '*']);

const PASSWORD = 'secret';
const ANNOUNCED = '127.0.0.9';

const isOk = (reply: RespValue): string =>
  reply !== null && 'simple' in reply ? reply.simple : JSON.stringify(reply);

const stimulusNamed = (name: string): LinkStimulus => {
  const found = LINK_STIMULI.find((stimulus) => stimulus.name === name);
  if (found === undefined) throw new Error(`no stimulus is called ${name}`);
  return found;
};

/** Walks one path through the machine of a replica's link, on a target that follows us. */
export class LinkWalk {
  readonly #stage: LinkStage;
  readonly #rules: Ruleset;
  readonly #stepper: Stepper;
  readonly #stimuli: readonly LinkStimulus[];
  readonly #confirmed: TransitionId[] = [];
  #snapshot: AnyMachineSnapshot;
  #world: LinkWorld;
  #hasBacklog = false;
  #index = 0;
  #holdsLoading = false;
  readonly #folder: string | null;

  constructor(stage: LinkStage, target: LinkTarget, path: WalkPath, rules = STANDARD) {
    this.#stage = stage;
    this.#folder = target.folder;
    this.#rules = rules;
    this.#stepper = stepperOf(replicaLinkEntry, rules);
    this.#stimuli = path.stimuli.map(stimulusNamed);
    this.#snapshot = this.#stepper.start({ dialect: target.dialect, cached: null });
    const waits = this.#stimuli.some(({ waitsForTimeout }) => waitsForTimeout);
    this.#world = {
      own: { replid: '', offset: processedOffset(0), database: 0 },
      here: stage.here.address,
      elsewhere: stage.elsewhere.address,
      settings: target.settings,
      timeoutSeconds: waits ? SHORT_TIMEOUT : LONG_TIMEOUT,
      payloadLength: PAYLOAD.length,
    };
  }

  async run(): Promise<WalkResult> {
    let under: readonly TransitionId[] = TRIED_FIRST;
    try {
      await this.#prepare();
      for (const stimulus of this.#stimuli) {
        const event = this.#eventOf(stimulus);
        const step = this.#stepper.step(this.#snapshot, event);
        if (step.outcome !== 'taken') throw new Error(`${stimulus.name}: ${step.outcome}`);
        under = step.transitions;
        await this.#take(stimulus, event, step);
        this.#confirmed.push(...step.transitions);
        this.#index += 1;
      }
      return { confirmed: this.#confirmed, ended: null };
    } catch (error) {
      const at = this.#stimuli[this.#index]?.name ?? 'the beginning';
      const why = error instanceof Error ? error.message : String(error);
      const notProvoked = error instanceof NotProvoked;
      return {
        confirmed: this.#confirmed,
        ended: { transitions: under, why: notProvoked ? why : `at "${at}": ${why}`, notProvoked },
      };
    }
  }

  get #context(): LinkContext {
    return this.#snapshot.context as LinkContext; // A snapshot of this machine carries this context.
  }

  #eventOf(stimulus: LinkStimulus): LinkEvent {
    const event = stimulus.event(this.#world, this.#context);
    if (event.type !== 'LINK_UP') return event;
    const { settings } = this.#world;
    return stimulus.authenticates
      ? { ...event, settings: { ...settings, password: PASSWORD, address: ANNOUNCED } }
      : event;
  }

  /** Makes a master of the target, sets it up for this path, and learns when its cron turns. */
  async #prepare(): Promise<void> {
    const stage = this.#stage;
    stage.peer?.close();
    stage.peer = null;
    await stage.replicaof('NO', 'ONE');
    await stage.here.become('open');
    await stage.elsewhere.become('open');
    await stage.configure('repl-timeout', String(LONG_TIMEOUT));
    await stage.configure('masterauth', '');
    await stage.configure('replica-announce-ip', '');
    const swaps = this.#stimuli.some(({ load }) => load === 'swap');
    if (swaps) await stage.configure('repl-diskless-load', 'swapdb');
    else await stage.configureIfKnown('repl-diskless-load', 'disabled');
    this.#holdsLoading =
      (await stage.configureIfKnown('loading-process-events-interval-bytes', '1024')) &&
      (await stage.configureIfKnown('key-load-delay', '20000'));
    await this.#learnTurn();
    await stage.configure('repl-timeout', String(this.#world.timeoutSeconds));
    await this.#look();
  }

  /** Has a handshake fail, after which the cron dials again. */
  async #learnTurn(): Promise<void> {
    const { here, control } = this.#stage;
    here.clear();
    await this.#stage.replicaof(here.address.host, here.port);
    const first = await here.next(BY_CRON);
    if (first === null) throw new Deviation('REPLICAOF was followed by no connection');
    await first.peer.streamed();
    await this.#stage.afterTurn();
    first.peer.sendText('-ERR no\r\n');
    const second = await here.next(BY_CRON);
    if (second === null) throw new Deviation('a failed handshake was not repeated');
    this.#stage.noteTurn(second.at);
    await control.run('REPLICAOF', 'NO', 'ONE');
    first.peer.close();
    second.peer.close();
    await setTimeout(20);
    here.clear();
  }

  /** Reads where the target stands. */
  async #look(): Promise<void> {
    const info = await this.#stage.control.info('replication');
    this.#world = {
      ...this.#world,
      own: {
        replid: info.get('master_replid') ?? '',
        offset: processedOffset(Number(info.get('master_repl_offset'))),
        database: 0,
      },
    };
    this.#hasBacklog = info.get('repl_backlog_active') === '1';
  }

  async #take(stimulus: LinkStimulus, event: LinkEvent, step: Taken): Promise<void> {
    const effects = step.effects as readonly LinkEffect[]; // The machine names only these.
    const before = statePath(this.#snapshot.value);
    const after = statePath(step.snapshot.value);
    const dials = effects.some(({ type }) => type === 'dial');
    const place = this.#placeOf(step.snapshot);
    const waits = stimulus.waitsForTimeout ?? false;
    if (dials && place !== null && !waits) await place.become(this.#modeAfterDial());
    if (dials && this.#following?.authenticates) await this.#authenticate();
    const isTimed = event.type !== 'TICK' && (dials || after === 'following.connect');
    if (isTimed) await this.#stage.afterTurn();
    const began = Date.now();
    const tried = event.type === 'TICK' && waits && place !== null ? place : null;
    const ports = tried === null ? null : this.#stage.dialling(tried.port);
    await this.#provoke(event, step, before);
    this.#snapshot = step.snapshot;
    for (const effect of effects) await this.#expect(effect, event, began, ports);
    await this.#expectState(after, event, effects, began);
  }

  #placeOf(snapshot: AnyMachineSnapshot): Place | null {
    const { master } = snapshot.context as LinkContext; // As above.
    const { here, elsewhere } = this.#stage;
    if (master === null) return null;
    return master.port === here.port ? here : elsewhere;
  }

  /** What has to become of a connection so that what comes next on the path can be done to it. */
  #modeAfterDial(): PlaceMode {
    const next = this.#stimuli[this.#index + 1];
    if (next === undefined || next.name.startsWith('accept')) return 'open';
    return next.name === 'refuse' ? 'closed' : 'deaf';
  }

  get #following(): LinkStimulus | undefined {
    return this.#stimuli[this.#index + 1];
  }

  get #next(): string | undefined {
    return this.#following?.name;
  }

  async #provoke(event: LinkEvent, step: Taken, before: string): Promise<void> {
    const stage = this.#stage;
    switch (event.type) {
      case 'REPLICAOF': {
        const reply = isOk(await stage.replicaof(event.master.host, event.master.port));
        const same = step.transitions.some((id) => id.endsWith('isSameMaster'));
        const expected = same ? 'OK Already connected to specified master' : 'OK';
        if (reply !== expected) throw new Deviation(`+${expected} was predicted, not ${reply}`);
        break;
      }
      case 'NO_ONE':
        await stage.replicaof('NO', 'ONE');
        break;
      case 'LINK_UP':
        await this.#accept();
        break;
      case 'LINE':
        if (this.#next === 'no file for a snapshot') await stage.configure('dir', '/proc');
        stage.connected().sendText(event.line === '' ? '\n' : `${event.line}\r\n`);
        break;
      case 'LINE_STALLED':
        stage.connected().sendText(before.includes('transfer') ? '$1' : '+');
        break;
      case 'LINK_DOWN':
        stage.connected().close();
        stage.peer = null;
        break;
      case 'SNAPSHOT_BYTES':
        stage.connected().send(PAYLOAD.subarray(0, BEGINNING));
        break;
      case 'LOAD_STARTED':
        this.#sendSnapshot();
        break;
      case 'LOADED':
        if (this.#context.load !== 'from-disk') this.#sendRest();
        break;
      case 'LOAD_FAILED':
        if (this.#context.load !== 'from-disk')
          stage.connected().sendText('x'.repeat(PAYLOAD.length));
        break;
      case 'STREAM_BYTES':
        stage.connected().send(PING);
        this.#advance(PING.length);
        break;
      case 'GETACK':
        stage.connected().send(GETACK);
        break;
      case 'STREAM_BROKEN':
        stage.connected().sendText('this is no array\r\n');
        break;
      default:
        break;
    }
  }

  #advance(bytes: number): void {
    const { own } = this.#world;
    this.#world = {
      ...this.#world,
      own: { ...own, offset: processedOffset(own.offset + bytes) },
    };
  }

  /** A target settles what it will say when a connection is made, or later. */
  async #authenticate(): Promise<void> {
    await this.#stage.configure('masterauth', PASSWORD);
    await this.#stage.configure('replica-announce-ip', ANNOUNCED);
  }

  async #accept(): Promise<void> {
    const stage = this.#stage;
    const place = this.#placeOf(this.#snapshot);
    if (stage.peer !== null || place === null) return;
    // The system repeats what the target began while nobody listened.
    await place.become('open');
    const arrival = await place.next(FROZEN);
    if (arrival === null) throw new NotProvoked('no connection came once somebody listened again');
    stage.peer = arrival.peer;
  }

  /** The snapshot, or what stands for one that makes no sense; half of it where it is loaded on the way. */
  #sendSnapshot(): void {
    const { load, withMark } = this.#context;
    const begun = this.#stimuli[this.#index - 1]?.name === 'some of the snapshot' ? BEGINNING : 0;
    const bytes = this.#next === 'it makes no sense' ? NONSENSE : PAYLOAD;
    const peer = this.#stage.connected();
    if (load !== 'from-disk') {
      peer.send(PAYLOAD.subarray(0, PAYLOAD.length / 2));
      return;
    }
    peer.send(bytes.subarray(begun));
    if (withMark) peer.sendText(MARK);
  }

  #sendRest(): void {
    const peer = this.#stage.connected();
    peer.send(PAYLOAD.subarray(PAYLOAD.length / 2));
    if (this.#context.withMark) peer.sendText(MARK);
  }

  async #expect(
    effect: LinkEffect,
    event: LinkEvent,
    began: number,
    ports: readonly string[] | null,
  ): Promise<void> {
    const stage = this.#stage;
    switch (effect.type) {
      case 'dial':
        await this.#expectDial(event, ports);
        break;
      case 'sendCommands':
        for (const command of effect.params.commands) await stage.expectCommand(command);
        break;
      case 'sendSync':
        await stage.expectCommand(['SYNC']);
        break;
      case 'hangUp':
        await this.#expectHangUp(event, began);
        break;
      case 'giveUpHistory':
        this.#hasBacklog = false;
        break;
      case 'continueStream': {
        const { own } = this.#world;
        const ids = { replid: own.replid, replid2: null, secondReplOffset: null };
        const { replid } = this.#rules.idsAfterContinue(ids, own.offset, effect.params.named);
        this.#world = { ...this.#world, own: { ...own, replid } };
        this.#hasBacklog = true;
        break;
      }
      case 'adoptSnapshot':
        this.#world = {
          ...this.#world,
          own: {
            replid: effect.params.replid ?? '',
            offset: effect.params.offset,
            database: 0,
          },
        };
        this.#hasBacklog = true;
        break;
      case 'acknowledge':
        await stage.expectAck(
          this.#world.own.offset,
          event.type === 'TICK' ? BY_CRON : event.type === 'LOADED' ? FROZEN : AT_ONCE,
        );
        if (event.type === 'GETACK') this.#advance(GETACK.length);
        break;
      case 'becomeMaster':
        await this.#expectPromotion();
        break;
      default:
        break;
    }
  }

  async #expectDial(event: LinkEvent, ports: readonly string[] | null): Promise<void> {
    const place = this.#placeOf(this.#snapshot);
    if (place === null) return;
    if (place.mode === 'deaf') {
      await this.#expectDialling(place, ports);
      return;
    }
    if (place.mode === 'closed') return;
    const waitsForCron = event.type === 'TICK' && ports === null;
    const arrival = await place.next(waitsForCron ? BY_CRON : AT_ONCE);
    if (arrival === null) {
      throw new Deviation(
        `a connection was predicted within ${waitsForCron ? BY_CRON : AT_ONCE} ms`,
      );
    }
    if (waitsForCron) this.#stage.noteTurn(arrival.at);
    this.#stage.peer = arrival.peer;
  }

  /** The target tries in vain, and from another port than before where it gave an attempt up. */
  async #expectDialling(place: Place, before: readonly string[] | null): Promise<void> {
    const deadline = Date.now() + BY_CRON;
    for (;;) {
      const now = this.#stage.dialling(place.port);
      if (now === null) throw new NotProvoked('only Linux tells what a target tries in vain');
      if (now.some((port) => !before?.includes(port))) return;
      if (Date.now() > deadline) throw new Deviation('a new attempt to connect was predicted');
      await setTimeout(20);
    }
  }

  async #expectHangUp(event: LinkEvent, began: number): Promise<void> {
    const stage = this.#stage;
    if (stage.peer === null) {
      if (event.type !== 'TICK') return;
      const place = this.#placeOf(this.#snapshot);
      await this.#expectGivenUp(place, began);
      return;
    }
    const silent = event.type === 'TICK' && event.at > this.#world.timeoutSeconds;
    if (!silent) {
      const slow = event.type === 'LINE_STALLED' || event.type === 'NO_ROOM';
      await stage.expectClosed(slow || event.type === 'LOAD_FAILED' ? FROZEN : BY_CRON);
      if (event.type === 'NO_ROOM') await this.#restoreFolder();
      return;
    }
    const { timeoutSeconds } = this.#world;
    await stage.expectClosed((timeoutSeconds + 4) * 1000);
    if (Date.now() - began < (timeoutSeconds - 1) * 1000) {
      throw new Deviation(`the link was closed before ${timeoutSeconds} s of silence`);
    }
  }

  /** An attempt to connect is given up after the timeout. */
  async #expectGivenUp(place: Place | null, began: number): Promise<void> {
    if (place === null || place.mode !== 'deaf') return;
    const [first] = this.#stage.dialling(place.port) ?? [];
    const deadline = began + (this.#world.timeoutSeconds + 4) * 1000;
    while (Date.now() < deadline) {
      if (!this.#stage.dialling(place.port)?.some((port) => port === first)) return;
      await setTimeout(20);
    }
    throw new Deviation('the end of an attempt to connect was predicted');
  }

  async #restoreFolder(): Promise<void> {
    if (this.#folder !== null) await this.#stage.configure('dir', this.#folder);
  }

  async #expectPromotion(): Promise<void> {
    const { own } = this.#world;
    const info = await this.#stage.control.info('replication');
    const seen = [info.get('role'), info.get('master_replid2'), info.get('second_repl_offset')];
    const isKnown = own.offset !== UNKNOWN_OFFSET && own.replid !== '';
    const predicted = ['master', own.replid, String(own.offset + 1)];
    if (isKnown && seen.join(' ') !== predicted.join(' ')) {
      throw new Deviation(`${predicted.join(' ')} was predicted, INFO shows ${seen.join(' ')}`);
    }
    this.#stage.peer?.close();
    this.#stage.peer = null;
    await this.#look();
  }

  async #expectState(
    after: string,
    event: LinkEvent,
    effects: readonly LinkEffect[],
    began: number,
  ): Promise<void> {
    const frozen = this.#next === 'no file for a snapshot';
    if (after === 'following.connect') await this.#expectNoDial(event, began);
    if (frozen) return;
    const loads = after.startsWith('following.transfer.loading');
    // Nonsense is found out at once.
    if (loads && (!this.#holdsLoading || this.#next === 'it makes no sense')) return;
    await this.#expectShown(after, loads, effects.length === 0 ? 1500 : FROZEN);
    if (after === 'following.connected' || after === 'following.broken') {
      await this.#stage.expectSilence(true);
    } else if (!loads && after !== 'following.connecting') {
      await this.#stage.expectSilence(false);
    }
  }

  /** Who waits for the cron connects to nobody before it turns. */
  async #expectNoDial(event: LinkEvent, began: number): Promise<void> {
    const place = this.#placeOf(this.#snapshot);
    // After these nobody knows when the cron turns next.
    if (event.type === 'LINE_STALLED' || event.type === 'NO_ROOM' || place === null) return;
    if (place.mode !== 'open') return;
    const arrival = await place.next(Math.max(0, began + AT_ONCE - Date.now()));
    if (arrival === null) return;
    arrival.peer.close();
    throw new Deviation(`a connection was predicted for the next cron, it came at once`);
  }

  /** INFO and ROLE come to show what was predicted. */
  async #expectShown(after: string, loads: boolean, within: number): Promise<void> {
    const deadline = Date.now() + within;
    for (;;) {
      const differences = await this.#differences(after, loads);
      if (differences.length === 0) return;
      if (Date.now() > deadline) throw new Deviation(differences.join('; '));
      await setTimeout(20);
    }
  }

  async #differences(after: string, loads: boolean): Promise<string[]> {
    const { control } = this.#stage;
    const info = await control.info('replication', 'persistence');
    const role = await this.#stage.role();
    const words = this.#roleWords(after);
    const { own } = this.#world;
    const isKnown = own.offset !== UNKNOWN_OFFSET;
    const shown: (readonly [string, string | undefined, string])[] = [
      ['repl_backlog_active', info.get('repl_backlog_active'), this.#hasBacklog ? '1' : '0'],
    ];
    if (after === 'following.connected' && isKnown) {
      shown.push(['master_replid', info.get('master_replid'), own.replid]);
      shown.push(['master_repl_offset', info.get('master_repl_offset'), String(own.offset)]);
    }
    if (loads) {
      const aside = after.endsWith('loadingAside');
      shown.push(['loading', info.get('loading'), aside ? '0' : '1']);
      if (aside) shown.push(['async_loading', info.get('async_loading'), '1']);
    }
    return [
      ...(words.includes(role)
        ? []
        : [`ROLE ${words.join(' or ')} was predicted, it shows ${role}`]),
      ...shown
        .filter(([, seen, predicted]) => seen !== predicted)
        .map(([name, seen, predicted]) => `${name}:${predicted} was predicted, INFO shows ${seen}`),
    ];
  }

  /** ROLE's word for a state. What passes by itself may have passed when one looks. */
  #roleWords(after: string): readonly string[] {
    if (after === 'none') return ['master'];
    if (after === 'following.connect') return ['connect', 'connecting', 'handshake'];
    if (after === 'following.connecting') {
      const mode = this.#placeOf(this.#snapshot)?.mode;
      return mode === 'deaf' ? ['connecting'] : ['connecting', 'handshake', 'connect'];
    }
    if (after.startsWith('following.handshake')) return ['handshake'];
    return after.startsWith('following.transfer') ? ['sync'] : ['connected'];
  }
}
