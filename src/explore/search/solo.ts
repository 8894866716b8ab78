import { setImmediate } from 'node:timers/promises';
import { candidatesMax, type KernelText } from '../compile/kernel.ts';
import { Candidates } from './candidates.ts';
import type { Run, Seed, StopReason, Watch } from './run.ts';
import { Share } from './share.ts';

/** For how many milliseconds the search keeps the thread to itself. */
const SLICE_MILLISECONDS = 50;

/** Expands the whole level unless something stops it. Lets others use the thread now and then. */
const expandLevel = async (share: Share, watch: Watch): Promise<StopReason | null> => {
  for (;;) {
    const until = performance.now() + SLICE_MILLISECONDS;
    while (share.waiting > 0 && performance.now() < until) {
      share.expandSome();
      if (share.isFaulty) return null;
      if (share.isFull) return 'memory';
    }
    const stop = watch.ask(share.progress());
    if (stop !== null || share.waiting === 0) return stop;
    await setImmediate();
  }
};

/** Searches on this thread, in slices. */
export const runSolo = async (
  text: KernelText,
  seed: Seed,
  bytesMax: number,
  watch: Watch,
): Promise<Run> => {
  const room = candidatesMax(text.successorsMax) * text.words;
  const candidates = new Candidates(new Int32Array(room), new Int32Array(1), 0);
  const allocate = (words: number) => new Int32Array(words);
  const share = new Share(text, { candidates, bytesMax, allocate });
  share.plant(seed);
  const ended = (stopped: StopReason | null): Run => ({ shares: [share.report()], stopped });
  if (share.isFull) return ended('memory');
  while (share.beginLevel() > 0) {
    const stopped = await expandLevel(share, watch);
    if (stopped !== null || share.isViolated || share.isFaulty) return ended(stopped);
    if (watch.wantsLevel()) await watch.atLevel([share.report()]);
  }
  return ended(null);
};
