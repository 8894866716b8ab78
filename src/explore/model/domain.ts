/**
 * A finite set of things that a model has several of: nodes, clients, slots. Members are numbered from 0. Where they
 * are interchangeable, no action and no property tells one from another except by what the state says of it, and the
 * explorer may take states that differ only in the numbering for one.
 */
export interface IndexSet {
  readonly name: string;
  readonly size: number;
  readonly interchangeable: boolean;
}

/** Whole numbers from `low` to `high`, both included. */
export interface NumberDomain {
  readonly holds: 'number';
  readonly low: number;
  readonly high: number;
}

/** True or false; 1 or 0 wherever a number stands for it. */
export interface FlagDomain {
  readonly holds: 'flag';
}

/** A member of an index set. */
export interface IndexDomain {
  readonly holds: 'index';
  readonly of: IndexSet;
}

/** Up to `longest` numbers, each from `low` to `high`. */
export interface SequenceDomain {
  readonly holds: 'sequence';
  readonly low: number;
  readonly high: number;
  readonly longest: number;
}

/** What a variable may hold. */
export type Domain = NumberDomain | FlagDomain | IndexDomain | SequenceDomain;

/** What the parameter of an action ranges over. */
export type Choices = NumberDomain | IndexDomain;

export const range = (low: number, high: number): NumberDomain => ({ holds: 'number', low, high });

export const flag: FlagDomain = { holds: 'flag' };

export const memberOf = (set: IndexSet): IndexDomain => ({ holds: 'index', of: set });

export const sequenceOf = (items: NumberDomain, longest: number): SequenceDomain => ({
  holds: 'sequence',
  low: items.low,
  high: items.high,
  longest,
});

/** The least and the greatest number of a domain that holds single numbers. */
export const edgesOf = (domain: Exclude<Domain, SequenceDomain>): NumberDomain => {
  switch (domain.holds) {
    case 'number':
      return domain;
    case 'flag':
      return range(0, 1);
    case 'index':
      return range(0, domain.of.size - 1);
  }
};

/** The domain as a reader of an error message wants it. */
export const describeDomain = (domain: Domain): string => {
  switch (domain.holds) {
    case 'number':
      return `${domain.low}..${domain.high}`;
    case 'flag':
      return 'true or false';
    case 'index':
      return `a ${domain.of.name} 0..${domain.of.size - 1}`;
    case 'sequence':
      return `at most ${domain.longest} of ${domain.low}..${domain.high}`;
  }
};
