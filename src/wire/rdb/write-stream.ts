import type { StreamGroup, StreamPending, StreamValue } from '../../../models/vocabulary/index.ts';
import type { Chunks } from './chunks.ts';
import { idLengthsText, int64Text, lengthText, rawIdText, signedText } from './encode.ts';
import type { StreamVersion } from './format.ts';
import type { RdbForm } from './forms.ts';
import { idParts } from './stream-id.ts';
import { nodesOf, nodeText } from './stream-node-text.ts';
import type { Writing } from './writing.ts';

/** Writes a stream. The first version has no place for the counters of Redis 7, the second none for `activeAt`. */
export function* writeStream(chunks: Chunks, stream: StreamValue, form: RdbForm): Writing {
  const version = form.stream;
  const nodes = nodesOf(stream.entries);
  chunks.put(lengthText(nodes.length));
  for (const node of nodes) {
    const first = idParts(node[0].id);
    chunks.putString(rawIdText(first));
    chunks.putString(nodeText(first, node, form.backLength));
    while (chunks.ready) yield chunks.take();
  }
  chunks.put(lengthText(stream.entries.length) + idLengthsText(idParts(stream.lastId)));
  if (version > 1) {
    chunks.put(idLengthsText(idParts(stream.firstId)));
    chunks.put(idLengthsText(idParts(stream.maxDeletedId)));
    chunks.put(lengthText(stream.entriesAdded));
  }
  chunks.put(lengthText(stream.groups.length));
  for (const group of stream.groups) yield* writeGroup(chunks, group, version);
}

function* writeGroup(chunks: Chunks, group: StreamGroup, version: StreamVersion): Writing {
  chunks.putString(group.name);
  chunks.put(idLengthsText(idParts(group.lastId)));
  if (version > 1) chunks.put(signedText(group.entriesRead));
  chunks.put(lengthText(group.pending.length));
  for (const { id, deliveredAt, deliveries } of group.pending) {
    chunks.put(rawIdText(idParts(id)) + int64Text(deliveredAt) + lengthText(deliveries));
    while (chunks.ready) yield chunks.take();
  }
  const pending = pendingByConsumer(group);
  chunks.put(lengthText(group.consumers.length));
  for (const { name, seenAt, activeAt } of group.consumers) {
    chunks.putString(name);
    chunks.put(int64Text(seenAt));
    if (version === 3) chunks.put(int64Text(activeAt));
    const own = pending.get(name) ?? [];
    chunks.put(lengthText(own.length));
    for (const { id } of own) {
      chunks.put(rawIdText(idParts(id)));
      while (chunks.ready) yield chunks.take();
    }
  }
}

const pendingByConsumer = ({
  name,
  consumers,
  pending,
}: StreamGroup): Map<string, StreamPending[]> => {
  const byConsumer = new Map<string, StreamPending[]>();
  for (const consumer of consumers) byConsumer.set(consumer.name, []);
  for (const entry of pending) {
    const own = byConsumer.get(entry.consumer);
    // Servers crash over an entry that is pending for nobody, so none may ever be sent one.
    if (own === undefined) {
      throw new Error(
        `group ${name}: ${entry.id} is pending for ${entry.consumer}, which it lacks`,
      );
    }
    own.push(entry);
  }
  return byConsumer;
};
