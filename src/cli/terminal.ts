import cliProgress from 'cli-progress';
import { createColors } from 'picocolors';
import type { Paint } from '../conformance/report/human.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** A stream that may be a terminal. */
export interface Screen {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

const WIDTH_MAX = 110;

export const widthOf = (screen: Screen): number => Math.min(screen.columns ?? 100, WIDTH_MAX);

/** Colours, unless they are unwanted (`NO_COLOR`) or nobody would see them. */
export const paintFor = (screen: Screen, environment: Environment): Paint => {
  const forced = (environment.FORCE_COLOR ?? '') !== '' && environment.FORCE_COLOR !== '0';
  const wanted = (environment.NO_COLOR ?? '') === '' && (forced || screen.isTTY === true);
  const colors = createColors(wanted);
  return {
    bold: colors.bold,
    dim: colors.dim,
    good: colors.green,
    bad: colors.red,
    doubtful: colors.yellow,
  };
};

/** Shows how far a long command has come. */
export interface Progress {
  readonly advance: (what: string) => void;
  readonly stop: () => void;
}

/** A bar with rate and time left on a terminal; nothing elsewhere, where it would only fill a log. */
export const progressOn = (
  stream: NodeJS.WriteStream,
  total: number,
  unit: string,
  environment: Environment,
): Progress => {
  if (!stream.isTTY || (environment.CI ?? '') !== '') return { advance: () => {}, stop: () => {} };
  const bar = new cliProgress.SingleBar(
    {
      stream,
      format: `{bar} {value}/{total} ${unit}, {rate}/s, {eta_formatted} left  {what}`,
      hideCursor: true,
      clearOnComplete: true,
      barsize: 24,
    },
    cliProgress.Presets.shades_classic,
  );
  const begun = performance.now();
  let done = 0;
  bar.start(total, 0, { what: '', rate: '-' });
  return {
    advance: (what) => {
      done += 1;
      const rate = Math.round(done / ((performance.now() - begun) / 1000));
      bar.update(done, { what, rate });
    },
    stop: () => bar.stop(),
  };
};
