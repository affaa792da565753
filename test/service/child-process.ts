/** Programs in processes of their own, so that a test can take them down as a power cut would. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export interface Child extends AsyncDisposable {
  /** What it has printed so far, line by line. */
  readonly lines: readonly string[];
  /** Fulfilled with the lines when there are that many; rejects when it ends before. */
  printed(count: number): Promise<readonly string[]>;
  /** `kill -9`; fulfilled when the process is gone. */
  kill(): Promise<void>;
  /** Fulfilled with everything it printed when it has ended by itself. */
  ended(): Promise<readonly string[]>;
}

/** Starts a TypeScript program with this Node. */
export function startChild(program: URL, ...parameters: string[]): Child {
  return follow(spawn(process.execPath, [fileURLToPath(program), ...parameters]));
}

/** The same where every file's writes beyond so many blocks of 512 bytes fail, as on a full disk. */
export function startChildWithFullDisk(blocks: number, program: URL, ...parameters: string[]): Child {
  const limited = `trap '' XFSZ; ulimit -f ${blocks}; exec "$@"`;
  return follow(spawn("sh", ["-c", limited, "sh", process.execPath, fileURLToPath(program), ...parameters]));
}

function follow(child: ChildProcess): Child {
  if (!child.stdout || !child.stderr) throw new Error("The child's output is not piped.");
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  let complaints = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaints += text;
  });
  const reader = createInterface(child.stdout).on("line", (line) => {
    lines.push(line);
    for (const look of waiting) look();
  });
  const gone = Promise.all([once(child, "exit"), once(reader, "close")]);

  const printed = async (count: number) => {
    const enough = Promise.withResolvers<void>();
    const look = () => {
      if (lines.length >= count) enough.resolve();
    };
    waiting.add(look);
    look();
    const tooFew = gone.then(() => {
      if (lines.length >= count) return;
      throw new Error(`The child ended after ${lines.length} lines. ${complaints}`);
    });
    await Promise.race([enough.promise, tooFew]);
    waiting.delete(look);
    return lines;
  };
  const kill = async () => {
    child.kill("SIGKILL");
    await gone;
  };
  const ended = async () => {
    await gone;
    return lines;
  };
  return { lines, printed, kill, ended, [Symbol.asyncDispose]: kill };
}
