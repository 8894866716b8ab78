import type { History } from './history.ts';
import type { NodeView, Resync } from './observed.ts';

/** A name that a history had, and how many bytes of it were there when the name was given up. */
interface OldName {
  readonly replid: string;
  readonly length: number;
}

/** A history as it was last seen under a name, and the offset that stood for its end. */
export interface NamedHistory {
  readonly history: History;
  readonly offset: number;
}

interface Account {
  view: NodeView;
  /** The history that this one goes on from, under its name before the last change. */
  previous: OldName | null;
  /** How many bytes its history had when its backlog began, or how many the backlog has dropped since. */
  dropped: number;
  /** Names under which it wrote bytes that nobody counted. */
  readonly uncounted: Set<string>;
  /** The last answer that it got. */
  answer: Resync | null;
}

/**
 * What an onlooker remembers who forgets nothing: every byte of every node's history and every name it had. It knows
 * that a node may call one history by two names, the present and the previous one, and nothing else about names.
 */
export class Ledger {
  readonly #accounts: Account[];
  readonly #named = new Map<string, NamedHistory>();
  /** Names that were told to a replica. */
  readonly given = new Set<string>();

  constructor(begin: readonly NodeView[]) {
    this.#accounts = begin.map((view) => ({
      view,
      previous: null,
      dropped: view.history?.length ?? 0,
      uncounted: new Set(),
      answer: null,
    }));
    for (const view of begin) this.#name(view);
  }

  /** The longest history ever seen under a name. */
  named(replid: string): NamedHistory | undefined {
    return this.#named.get(replid);
  }

  wroteUncounted(node: number, replid: string): boolean {
    return this.#at(node).uncounted.has(replid);
  }

  /** Whether a node goes on from a history that had this name, and up to where in bytes; null where it does not. */
  knows(node: number, replid: string): number | null {
    const { view, previous } = this.#at(node);
    if (view.replid === replid) return Number.POSITIVE_INFINITY;
    return previous?.replid === replid ? previous.length : null;
  }

  /** Whether a node's backlog, had it just its size, would hold all of its history behind so many bytes. */
  retains(node: number, length: number): boolean {
    const { view, dropped } = this.#at(node);
    return view.window !== null && length >= dropped;
  }

  /** How many bytes a node's backlog must hold. */
  held(node: number): number {
    const { view, dropped } = this.#at(node);
    return (view.history?.length ?? 0) - dropped;
  }

  /** A request just before its answer. */
  seeRequest(resync: Resync): void {
    const { master, replica } = resync.before;
    this.#see(resync.master, master);
    if (resync.replica === null || replica === null) return;
    this.#see(resync.replica, replica);
  }

  /** A request right after its answer. */
  seeAnswer(resync: Resync): void {
    const named = resync.line.split(' ')[1];
    if (resync.answer !== 'refused' && named !== undefined) this.given.add(named);
    if (resync.replica !== null) this.#at(resync.replica).answer = resync;
  }

  /** All nodes at one moment; `restarted` was started again since the moment before. */
  see(nodes: readonly NodeView[], restarted: number | null): void {
    if (restarted !== null) this.#begin(restarted, nodes[restarted]);
    for (const [node, view] of nodes.entries()) this.#see(node, view);
  }

  #at(node: number): Account {
    const account = this.#accounts[node];
    if (account === undefined) throw new RangeError(`there is no node ${node}`);
    return account;
  }

  /** A node that was started again goes on from what it had saved, or from nothing. */
  #begin(node: number, view: NodeView | undefined): void {
    if (view === undefined) return;
    const account = this.#at(node);
    const length = view.history?.length ?? 0;
    account.previous = view.replid2 === null ? null : { replid: view.replid2, length };
    account.dropped = length;
    account.answer = null;
    account.view = view;
  }

  #see(node: number, view: NodeView): void {
    const account = this.#at(node);
    const { view: before } = account;
    const length = view.history?.length ?? 0;
    if (view.window === null && length > (before.history?.length ?? 0)) {
      account.uncounted.add(view.replid);
    }
    if (hasLoaded(account, view)) this.#replace(account);
    else if (view.replid !== before.replid) this.#rename(account, view);
    if (view.window === null) account.dropped = length;
    else {
      if (before.window === null) account.dropped = length - view.window.histlen;
      account.dropped = Math.max(account.dropped, length - view.backlogSize);
    }
    account.view = view;
    this.#name(view);
  }

  /** A node that took another's data has no past of its own. */
  #replace(account: Account): void {
    account.previous = null;
    account.dropped = account.answer?.transfer.snapshot?.history.length ?? 0;
    account.answer = null;
  }

  /** A node with a new name knows the old one, unless its backlog was gone in between. */
  #rename(account: Account, view: NodeView): void {
    const { view: before } = account;
    const goesOn = before.window !== null && view.window !== null;
    account.previous = goesOn
      ? { replid: before.replid, length: before.history?.length ?? 0 }
      : null;
  }

  #name(view: NodeView): void {
    if (view.history === null) return;
    const known = this.#named.get(view.replid);
    if (known !== undefined && known.history.length >= view.history.length) return;
    this.#named.set(view.replid, { history: view.history, offset: view.offset });
  }
}

/** Whether the snapshot that a node was sent has become its data since it was last seen. */
const hasLoaded = ({ answer, view: before }: Account, view: NodeView): boolean => {
  if (answer?.answer !== 'full' || answer.transfer.snapshot === null) return false;
  const [, replid, announced] = answer.line.split(' ');
  if (view.replid !== replid || view.window === null) return false;
  const { firstByte } = view.window;
  return view.linkUp || (firstByte > Number(announced) && firstByte !== before.window?.firstByte);
};
