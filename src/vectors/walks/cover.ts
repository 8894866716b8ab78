import type { TransitionId } from '../../../models/machines/transitions.ts';
import { type Edge, type Graph, type Pair, pairsIn } from './search.ts';

/** A walk through a machine from one of its beginnings. */
export interface Walk {
  /** Which of the machine's inputs it begins with. */
  readonly beginning: number;
  readonly events: readonly Readonly<Record<string, unknown>>[];
}

/** How many events a walk takes on when it could also end, so that one can still be read. */
const LENGTH = 30;

interface Place {
  readonly key: string;
  readonly last: TransitionId | null;
}

interface BegunWay extends Place {
  /** Which of the places it began from. */
  readonly beginning: number;
  readonly edges: readonly Edge[];
}

const along = ({ edges, beginning }: BegunWay, edge: Edge): BegunWay => ({
  key: edge.to,
  last: edge.transitions.at(-1) ?? null,
  beginning,
  edges: [...edges, edge],
});

/** The shortest way from one of some places over a pair that is still lacking; null where there is none so short. */
const wayToLacking = (
  graph: Graph,
  from: readonly Place[],
  lacking: ReadonlySet<Pair>,
  longest: number,
): BegunWay | null => {
  const queue: BegunWay[] = from.map((place, beginning) => ({ ...place, edges: [], beginning }));
  const seen = new Set<string>();
  // Grows while it is walked: what a place leads to is put behind it.
  for (const way of queue) {
    if (way.edges.length >= longest) return null;
    for (const edge of graph.edges.get(way.key) ?? []) {
      const next = along(way, edge);
      if (pairsIn(way.last, edge.transitions).some((pair) => lacking.has(pair))) return next;
      const place = `${next.last} ${next.key}`;
      if (seen.has(place)) continue;
      seen.add(place);
      queue.push(next);
    }
  }
  return null;
};

/** Takes the pairs of a way off what is lacking. */
const strikeOut = (way: BegunWay, lacking: Set<Pair>): void => {
  for (const pair of pairsIn(
    null,
    way.edges.flatMap(({ transitions }) => transitions),
  )) {
    lacking.delete(pair);
  }
};

/** Goes on with a way while something lacking is near. */
const extended = (graph: Graph, begun: BegunWay, lacking: Set<Pair>): BegunWay => {
  let way = begun;
  for (;;) {
    strikeOut(way, lacking);
    const here = { key: way.key, last: way.last };
    const more = wayToLacking(graph, [here], lacking, LENGTH - way.edges.length);
    if (more === null) return way;
    way = { ...more, edges: [...way.edges, ...more.edges], beginning: way.beginning };
  }
};

/** Walks that take every transition and every pair of consecutive ones that the search met. */
export const coveringWalks = (graph: Graph): readonly Walk[] => {
  const lacking = new Set(graph.pairs);
  const beginnings = graph.starts.map((key) => ({ key, last: null }));
  const walks: Walk[] = [];
  for (;;) {
    const begun = wayToLacking(graph, beginnings, lacking, Number.POSITIVE_INFINITY);
    if (begun === null) return walks;
    const { beginning, edges } = extended(graph, begun, lacking);
    walks.push({ beginning, events: edges.map(({ event }) => event) });
  }
};
