/** Something being written, which hands on the chunks that are done. */
export type Writing = Generator<Buffer, void, void>;
