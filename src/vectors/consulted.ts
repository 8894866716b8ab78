import { type Ruleset, STANDARD } from '../../models/rules/ruleset.ts';

/** A ruleset that notes which of its rules are asked. */
export interface Listening {
  readonly rules: Ruleset;
  /** The names of the rules that were asked since the last time. */
  readonly take: () => ReadonlySet<string>;
}

export const listening = (): Listening => {
  let asked = new Set<string>();
  const rules = new Proxy(STANDARD, {
    get: (target, name, self) => {
      if (typeof name === 'string') asked.add(name);
      return Reflect.get(target, name, self);
    },
  });
  return {
    rules,
    take: () => {
      const taken = asked;
      asked = new Set();
      return taken;
    },
  };
};
