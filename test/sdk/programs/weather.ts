/**
 * An assistant that calls two functions of this program. It needs OPENAI_BASE_URL and OPENAI_API_KEY, and knows
 * nothing of who answers there.
 */
import OpenAI from "openai";
import type { AssistantTool } from "openai/resources/beta/assistants";

const QUESTION = 'What is the temperature in "Lisbon", and what is the probability of rain?';

const location = { type: "string", description: "The city, for example Lisbon" };

const tools: AssistantTool[] = [
  {
    type: "function",
    function: {
      name: "get_current_temperature",
      description: "The temperature that is measured in a city now.",
      parameters: {
        type: "object",
        properties: { location, unit: { type: "string", enum: ["celsius", "fahrenheit"] } },
        required: ["location", "unit"],
      },
    },
  },
  {
    type: "function",
    function: {
      name: "get_rain_probability",
      description: "How probable rain is in a city today.",
      parameters: { type: "object", properties: { location }, required: ["location"] },
    },
  },
];

const functions: Record<string, (given: { location: string; unit?: string }) => string> = {
  get_current_temperature: ({ location, unit }) => `21 degrees ${unit} in ${location}`,
  get_rain_probability: ({ location }) => `6 percent in ${location}`,
};

const client = new OpenAI();

const assistant = await client.beta.assistants.create({
  model: "gpt-4o",
  instructions: "You tell people about the weather. Use the functions; never guess.",
  tools,
});
const thread = await client.beta.threads.create();
await client.beta.threads.messages.create(thread.id, { role: "user", content: QUESTION });
let run = await client.beta.threads.runs.createAndPoll(thread.id, { assistant_id: assistant.id });

while (run.status === "requires_action" && run.required_action) {
  const calls = run.required_action.submit_tool_outputs.tool_calls;
  const tool_outputs = calls.map(({ id, function: { name, arguments: given } }) => {
    console.log(`${name}(${given})`);
    return { tool_call_id: id, output: functions[name]?.(JSON.parse(given)) ?? "There is no such function." };
  });
  run = await client.beta.threads.runs.submitToolOutputsAndPoll(run.id, {
    thread_id: thread.id,
    tool_outputs,
  });
}
if (run.status !== "completed") throw new Error(`The run is ${run.status}: ${run.last_error?.message}`);

const answers = await client.beta.threads.messages.list(thread.id, { run_id: run.id, order: "asc" });
for await (const { content } of answers) {
  for (const part of content) if (part.type === "text") console.log(part.text.value);
}
