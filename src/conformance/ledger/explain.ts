import type { Ledger } from './ledger.ts';
import { MISTAKES, type Mistake } from './mistakes.ts';

/** Where a replica names an offset: in REPLCONF ACK what it has applied, in PSYNC the first byte that it lacks. */
export type Claim =
  | { readonly said: 'ack'; readonly value: number }
  | { readonly said: 'psync'; readonly value: number };

/** What is wrong with an offset, in words; null where nothing is. */
export interface Explanation {
  readonly mistake: Mistake['name'] | null;
  /** `14 short: a PING in the stream was not counted (APPLY-1)`. */
  readonly text: string;
}

const OFF_BY_ONE = {
  ack: 'the first byte that it lacks was named instead of the last that it has',
  psync: 'the last byte that it has was asked for instead of the first that it lacks',
} as const;

const GETACK_ITSELF: Explanation = {
  mistake: 'getack-itself',
  text: 'the GETACK that is answered was counted in its own answer (ACK-7)',
};

/** How far a claim is off from what the ledger counts, and which known mistake is off by just as much. */
export const explain = (ledger: Ledger, claim: Claim): Explanation | null => {
  const counted = claim.said === 'ack' ? ledger.beforeLastGetack() : ledger;
  const shift = claim.said === 'psync' ? 1 : 0;
  const off = claim.value - shift - counted.applied;
  if (off === 0) return null;
  const amount = off > 0 ? `${off} too many` : `${-off} short`;
  if (claim.said === 'ack' && claim.value === ledger.applied) {
    return { ...GETACK_ITSELF, text: `${amount}: ${GETACK_ITSELF.text}` };
  }
  if (off === (claim.said === 'ack' ? 1 : -1)) {
    return { mistake: 'off-by-one', text: `${amount}: ${OFF_BY_ONE[claim.said]}` };
  }
  const [likeliest, ...others] = MISTAKES.filter(
    ({ offset }) => offset(counted) === claim.value - shift,
  );
  if (likeliest === undefined) {
    return { mistake: null, text: `${amount}: by no mistake that is known` };
  }
  const also = others.map(({ what }) => `, or ${what}`).join('');
  return {
    mistake: likeliest.name,
    text: `${amount}: ${likeliest.what} (${likeliest.rule})${also}`,
  };
};
