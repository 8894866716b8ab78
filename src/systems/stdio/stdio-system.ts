import { writeOperation } from '../../../properties/notation.ts';
import type { Operation, OperationName } from '../../../properties/operations.ts';
import type {
  ClusterOptions,
  NodeView,
  Outcome,
  Step,
  System,
} from '../../../properties/system.ts';
import { pairOf, wordOf } from '../log.ts';
import { AdapterProcess } from './adapter-process.ts';
import { BEGUN, HELLO, PERFORMED } from './messages.ts';

export interface StdioOptions {
  readonly command: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** How long one answer may take, in milliseconds. */
  readonly patience?: number;
}

const PATIENCE = 30_000;

/** Anybody’s cluster, behind a process that speaks the adapter protocol (docs/guides/adapters.md). */
export class StdioSystem implements System {
  readonly name: string;
  readonly showsBytes = false;
  nodes = 0;
  abilities: ReadonlySet<OperationName> = new Set();
  readonly #options: StdioOptions;
  #adapter: AdapterProcess | null = null;
  #writes = 0;

  constructor(options: StdioOptions) {
    this.#options = options;
    this.name = `stdio:${options.command}`;
  }

  async reset(options: ClusterOptions): Promise<readonly NodeView[]> {
    this.#writes = 0;
    const adapter = await this.#usable();
    const { nodes } = await adapter.ask({ do: 'reset', ...options }, BEGUN);
    return nodes.map(withoutHistory);
  }

  async perform(operation: Operation): Promise<Step> {
    const adapter = await this.#usable();
    const supported = this.abilities.has(operation.do);
    const step = await adapter.ask(
      {
        do: 'perform',
        operation: supported ? writeOperation(operation) : 'pass 0',
        words: this.#wordsFor(operation),
      },
      PERFORMED,
    );
    return {
      operation,
      outcome: supported ? outcomeOf(step) : { outcome: 'unsupported' },
      at: step.at,
      nodes: step.nodes.map(withoutHistory),
      resyncs: [],
      quiet: step.quiet,
    };
  }

  async close(): Promise<void> {
    this.#adapter?.end();
  }

  /** The adapter, started again where the one before has failed. */
  async #usable(): Promise<AdapterProcess> {
    if (this.#adapter?.isUsable) return this.#adapter;
    const { command, env, patience = PATIENCE } = this.#options;
    const adapter = new AdapterProcess(command, env, patience);
    this.#adapter = adapter;
    const { nodes, abilities } = await adapter.ask({ do: 'hello' }, HELLO);
    this.nodes = nodes;
    this.abilities = new Set(abilities);
    return adapter;
  }

  #wordsFor(operation: Operation): readonly string[] {
    const writes = ['write', 'transaction', 'wait'].includes(operation.do);
    if (!writes) return [];
    this.#writes += 1;
    return operation.do === 'transaction' ? pairOf(this.#writes) : [wordOf(this.#writes)];
  }
}

const withoutHistory = (view: Omit<NodeView, 'history'>): NodeView => ({ ...view, history: null });

const outcomeOf = ({
  outcome,
  reply,
  word,
}: {
  readonly outcome: Outcome['outcome'];
  readonly reply: string | null;
  readonly word?: string | undefined;
}): Outcome =>
  outcome === 'done' ? { outcome, reply, ...(word === undefined ? {} : { word }) } : { outcome };
