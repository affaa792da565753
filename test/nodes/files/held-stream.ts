import { Readable } from "node:stream";

/** A stream that gives its first piece and then waits: tells when more is asked for, and when it is let go. */
export function heldStream() {
  const asked = Promise.withResolvers<void>();
  const left = Promise.withResolvers<void>();
  const stream = new Readable({
    read() {
      if (this.readableDidRead) asked.resolve();
      else this.push("x".repeat(this.readableHighWaterMark));
    },
    destroy(_error, done) {
      left.resolve();
      done(null);
    },
  });
  return { stream, asked: asked.promise, left: left.promise };
}
