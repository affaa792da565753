/** `npm run demo [-- --flow FILE]`: runs a flow without an editor and prints what its assistant does. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import RED from "node-red";
import {
  bootNodeRed,
  firstInject,
  firstOfType,
  PACKAGE_ROOT,
  portFromEnvironment,
  pressInject,
} from "./boot-node-red.ts";

const ANSWER_LIMIT_MS = 60_000;

interface Call {
  function: string;
  arguments: unknown;
  round: number;
  node: string;
}

/** The parts of Node-RED's hook events that are looked at here. */
interface Delivery {
  msg: { _msgid: string; payload?: unknown; toolCall?: Call };
  source: { id: string; port: number; node?: { type: string } };
  destination: { id: string; node?: { type: string } };
}

interface Completion {
  error?: { message?: string; code?: string };
  node: { node: { type: string; name?: string } };
}

const show = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));

/** Prints calls and their answers as they pass; settles with the assistant's answer. */
function watch(): Promise<void> {
  /** The calls that were seen, by the id of the message that carries each. */
  const calls = new Map<string, Call>();
  const outcome = Promise.withResolvers<void>();
  let answered = false;
  RED.hooks.add("preDeliver.demo", ({ msg, source, destination }: Delivery) => {
    const call = msg.toolCall ?? calls.get(msg._msgid);
    if (source.node?.type === "assistants-run" && source.port === 1 && call) {
      if (calls.has(msg._msgid)) return;
      calls.set(msg._msgid, call);
      console.log(`step ${call.round}  call    ${call.function}(${JSON.stringify(call.arguments)})`);
    } else if (call && call.node === destination.id) {
      console.log(`step ${call.round}  answer  ${call.function} = ${show(msg.payload)}`);
    } else if (source.node?.type === "assistants-run" && source.port === 0 && !answered) {
      // It is delivered to everything that is wired there.
      answered = true;
      console.log(`\n${show(msg.payload)}`);
      outcome.resolve();
    }
  });
  RED.hooks.add("onComplete.demo", ({ error, node }: Completion) => {
    if (!error) return;
    const name = node.node.name || node.node.type;
    const sentence = `The node "${name}" failed: ${error.message ?? show(error)}${error.code ? ` (${error.code})` : ""}`;
    if (node.node.type.startsWith("assistants-")) outcome.reject(new Error(sentence));
    else console.error(sentence);
  });
  const late = `The flow gave no answer within ${ANSWER_LIMIT_MS / 1000} s.`;
  const timer = setTimeout(() => outcome.reject(new Error(late)), ANSWER_LIMIT_MS);
  return outcome.promise.finally(() => clearTimeout(timer));
}

function readFlow(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new Error(`${file} cannot be read as a flow: ${error instanceof Error ? error.message : error}`);
  }
}

async function demo(flowFile: string): Promise<void> {
  const flow = readFlow(flowFile);
  const start = firstInject(flow);
  if (firstOfType(flow, "assistants-run") === null)
    throw new Error("The flow has no run node, so nobody would answer.");
  const warnings: string[] = [];
  const userDir = mkdtempSync(join(tmpdir(), "assistants-demo-"));
  try {
    const running = await bootNodeRed({
      userDir,
      port: portFromEnvironment(0),
      flowFile,
      logLevel: "off",
      onWarning: (line) => warnings.push(line),
    });
    try {
      const answered = watch();
      await Promise.all([answered, pressInject(running.url, start)]);
    } finally {
      await running.stop();
    }
  } catch (error) {
    // What Node-RED had to say matters only when something went wrong.
    for (const line of warnings) console.error(line);
    throw error;
  } finally {
    rmSync(userDir, { recursive: true, force: true });
  }
}

try {
  const { values } = parseArgs({ options: { flow: { type: "string" } } });
  await demo(values.flow ?? join(PACKAGE_ROOT, "examples", "weather.json"));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
// Node-RED leaves timers behind; nothing of ours is under way any more.
process.exit();
