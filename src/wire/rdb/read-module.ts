import type { DataValue } from '../../../models/vocabulary/index.ts';
import { MODULE_OPCODE, TYPE } from './format.ts';
import type { Reading } from './reading.ts';
import type { RdbSource } from './source.ts';

/** The value of a module's type: kept as it came, because only the module knows what it means. */
export function* readModuleValue(source: RdbSource): Reading<DataValue> {
  source.startCapture();
  yield* skipUnsigned(source);
  yield* skipModuleData(source);
  return { type: 'opaque', encoding: TYPE.module, bytes: captured(source) };
}

/** What a module stores beside the keys: its identity, when to load it, and its data. */
export function* readModuleAuxiliary(source: RdbSource): Reading<Uint8Array> {
  source.startCapture();
  yield* skipUnsigned(source);
  while (!source.hasLength()) yield;
  const opcode = source.length();
  if (opcode !== MODULE_OPCODE.unsigned) {
    source.refuse(`module data whose time of loading begins with ${opcode}, not 2`);
  }
  yield* skipUnsigned(source);
  yield* skipModuleData(source);
  return captured(source);
}

/** Passes over what a module wrote: each piece says its kind, so that it can be skipped without the module. */
function* skipModuleData(source: RdbSource): Reading<void> {
  for (;;) {
    while (!source.hasLength()) yield;
    const opcode = source.length();
    switch (opcode) {
      case MODULE_OPCODE.end:
        return;
      case MODULE_OPCODE.signed:
      case MODULE_OPCODE.unsigned:
        yield* skipUnsigned(source);
        break;
      case MODULE_OPCODE.float:
        while (!source.has(4)) yield;
        source.skip(4);
        break;
      case MODULE_OPCODE.double:
        while (!source.has(8)) yield;
        source.skip(8);
        break;
      case MODULE_OPCODE.string:
        while (!source.hasString()) yield;
        source.skipString();
        break;
      default:
        source.refuse(`module data of kind ${opcode}, which is not known`);
    }
  }
}

function* skipUnsigned(source: RdbSource): Reading<void> {
  while (!source.hasLength()) yield;
  source.skipLength();
}

const captured = (source: RdbSource): Buffer => {
  const bytes = source.endCapture();
  source.budget.take(bytes.length);
  return bytes;
};
