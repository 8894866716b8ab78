import { unsupported } from '../outcome.ts';
import { ErrorReply, type TargetControl } from './control.ts';

/** The target's settings as we found them and as we changed them. Every change is undone, the latest first. */
export class Settings {
  readonly #control: TargetControl;
  readonly #base: { readonly name: string; readonly value: string }[] = [];
  readonly #changed: { readonly name: string; readonly value: string }[] = [];

  constructor(control: TargetControl) {
    this.#control = control;
  }

  /** What a setting is, or null where the target does not know it. */
  async get(name: string): Promise<string | null> {
    const reply = await this.#control.command('CONFIG', 'GET', name);
    if (reply === null || 'error' in reply) return null;
    const items = 'map' in reply ? reply.map.flat() : 'array' in reply ? reply.array : [];
    const value = items[1];
    return value && 'bulk' in value ? value.bulk : null;
  }

  /** Changes a setting for one check. Ends the check where the target does not take it. */
  async change(name: string, value: string): Promise<void> {
    const before = await this.get(name);
    if (before === null) throw unsupported(`the target has no setting ${name}`);
    if (before === value) return;
    try {
      await this.#control.run('CONFIG', 'SET', name, value);
    } catch (error) {
      if (error instanceof ErrorReply) throw unsupported(`CONFIG SET ${name}: ${error.message}`);
      throw error;
    }
    this.#changed.push({ name, value: before });
  }

  /** Changes a setting for the whole run, where the target takes it. */
  async prefer(name: string, value: string): Promise<void> {
    const before = await this.get(name);
    if (before === null || before === value) return;
    const reply = await this.#control.command('CONFIG', 'SET', name, value);
    if (reply === null || !('error' in reply)) this.#base.push({ name, value: before });
  }

  /** What is not as we found it, in words. */
  pending(): string[] {
    return [...this.#base, ...this.#changed].map(({ name, value }) => `${name} was "${value}"`);
  }

  /** Undoes what checks changed. */
  async restoreChanged(): Promise<void> {
    await this.#undo(this.#changed);
  }

  /** Undoes everything. */
  async restoreAll(): Promise<void> {
    await this.#undo(this.#changed);
    await this.#undo(this.#base);
  }

  async #undo(changes: { readonly name: string; readonly value: string }[]): Promise<void> {
    for (let last = changes.at(-1); last !== undefined; last = changes.at(-1)) {
      await this.#control.run('CONFIG', 'SET', last.name, last.value);
      changes.pop();
    }
  }
}
