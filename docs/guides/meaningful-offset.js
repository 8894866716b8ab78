// Redis 6.0.0 to 6.0.3 had a "meaningful offset": a node that lost its master, or became a replica, forgot the PINGs at
// the end of its stream, so that idle nodes which had seen different numbers of them could still be continued.

const PING_LENGTH = 14;

/** For each offset that a stream has reached by PINGs alone, the offset before the first of them. */
const meaningful = new Map();

const withoutPings = (offset) => meaningful.get(offset) ?? offset;

export const rules = (standard) => ({
  offsetAfterFeed: (offset, bytes, backlog) => {
    const after = standard.offsetAfterFeed(offset, bytes, backlog);
    if (bytes === PING_LENGTH) meaningful.set(after, withoutPings(offset));
    else meaningful.delete(after);
    return after;
  },
  historyOfLink: (link) => {
    const history = standard.historyOfLink(link);
    return history && { ...history, offset: withoutPings(history.offset) };
  },
  cachedMasterOfOneself: (replid, offset) =>
    standard.cachedMasterOfOneself(replid, withoutPings(offset)),
});
