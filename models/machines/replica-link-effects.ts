import { UNKNOWN_OFFSET } from '../rules/master-link.ts';
import type { Ruleset } from '../rules/ruleset.ts';
import type { LinkEventOf } from './replica-link-setup.ts';
import type { LinkContext, LinkEffectParams } from './replica-link-terms.ts';

type Line = LinkEventOf<'LINE'>;

/** Where the link is dialled to. */
export const dialed = ({ master }: LinkContext): LinkEffectParams<'dial'> => ({
  master: master ?? { host: '', port: 0 },
});

/** What goes out between PING and PSYNC in one go. */
export const announced = (rules: Ruleset, { settings, dialect }: LinkContext) =>
  rules.announcements(settings, dialect);

/** What `+CONTINUE` goes on with. */
export const continued = (
  rules: Ruleset,
  { cached, dialect }: LinkContext,
  { line }: Line,
): LinkEffectParams<'continueStream'> => {
  const told = rules.judgeAnswer(line, dialect);
  return {
    named: told.means === 'continue' ? told.named : null,
    from: cached ?? { replid: '', offset: UNKNOWN_OFFSET, database: 0 },
  };
};

/** Which snapshot a header announces. */
export const snapshotOf = (rules: Ruleset, event: Line): LinkEffectParams<'takeSnapshot'> => {
  const verdict = rules.judgeHeader(event.line);
  return {
    length: verdict.header === 'length' ? verdict.length : null,
    mark: verdict.header === 'mark' ? verdict.mark : null,
  };
};

/** Whose identity a loaded snapshot brings. */
export const adopted = (context: LinkContext): LinkEffectParams<'adoptSnapshot'> => ({
  replid: context.announcedReplid,
  offset: context.announcedOffset,
});
