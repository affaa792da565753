/** A create assistant node, and the server that it speaks to. */
import type { NodeMessage } from "node-red";
import type { Assistant } from "../../../src/contract/objects.ts";
import { says } from "../../scripted-model.ts";
import { createAssistant, type FlowNode } from "../node-fields.ts";
import { useServedFlow } from "../served-flow.ts";

const WRITES = ["createAssistant", "updateAssistant", "deleteAssistant"];

export const node = (fields: object = {}) => createAssistant({ wires: [["out"]], ...fields });

/** A server for each test of this suite, to which the flows of the test speak. */
export function useCreateAssistantNode() {
  const running = useServedFlow(says("Hello."));

  /** Runs the flow for as long as a test's part takes. */
  async function within(nodes: FlowNode[], part: () => Promise<void>, tab: object = {}): Promise<void> {
    await running.start(nodes, tab);
    await part();
    await running.stop();
  }

  async function pass(msg: NodeMessage = {}): Promise<NodeMessage> {
    running.flow.send("create", msg);
    return running.flow.inbox("out").next();
  }

  const writes = () => running.served.calls.filter((name) => WRITES.includes(name));
  const all = async (): Promise<Assistant[]> => (await running.served.api.listAssistants({})).data;

  return { running, within, pass, writes, all };
}
