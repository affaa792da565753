/**
 * An answer that is printed while it is given. It needs OPENAI_BASE_URL and OPENAI_API_KEY, and knows nothing of who
 * answers there.
 */
import OpenAI from "openai";
import type { AssistantStream } from "openai/lib/AssistantStream";

const client = new OpenAI();

const assistant = await client.beta.assistants.create({
  model: "gpt-4o",
  instructions: "You know the opening hours of a library.",
  tools: [
    {
      type: "function",
      function: {
        name: "get_opening_hours",
        description: "The opening hours of the library.",
        parameters: { type: "object", properties: {} },
      },
    },
  ],
});
const thread = await client.beta.threads.create({
  messages: [{ role: "user", content: "What are the opening hours?" }],
});

/** Prints what comes, and returns the run when it has ended or waits for outputs. */
function follow(stream: AssistantStream) {
  stream
    .on("textCreated", () => process.stdout.write("assistant > "))
    .on("textDelta", (delta) => process.stdout.write(delta.value ?? ""))
    .on("textDone", () => process.stdout.write("\n"))
    .on("toolCallCreated", (call) => process.stdout.write(`assistant > ${call.type}\n`))
    .on("toolCallDone", (call) => {
      if (call.type === "function")
        process.stdout.write(`${call.function.name}(${call.function.arguments})\n`);
    });
  return stream.finalRun();
}

let run = await follow(client.beta.threads.runs.stream(thread.id, { assistant_id: assistant.id }));
while (run.status === "requires_action" && run.required_action) {
  const calls = run.required_action.submit_tool_outputs.tool_calls;
  const tool_outputs = calls.map(({ id }) => ({ tool_call_id: id, output: "9 to 17, Mondays closed" }));
  const request = { thread_id: thread.id, tool_outputs };
  run = await follow(client.beta.threads.runs.submitToolOutputsStream(run.id, request));
}
console.log(`The run is ${run.status}.`);
