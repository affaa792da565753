import type { Backend } from "./backends.ts";
import { NodeRedProcess } from "./node-red-process.ts";
import type { FlowNode, Report } from "./protocol.ts";
import { Scenario } from "./scenario.ts";

/** One Node-RED with one service, which runs one scenario after the other. */
export class Cell {
  readonly name: string;
  readonly #nodeRed: NodeRedProcess;
  readonly #backend: Backend;
  readonly #current: { tell: (report: Report) => void };

  private constructor(
    name: string,
    nodeRed: NodeRedProcess,
    backend: Backend,
    current: { tell: (report: Report) => void },
  ) {
    this.name = name;
    this.#nodeRed = nodeRed;
    this.#backend = backend;
    this.#current = current;
  }

  static async open(nodeRed: string, service: string, open: () => Promise<Backend>): Promise<Cell> {
    const current = { tell(_report: Report): void {} };
    const [process, backend] = await Promise.all([
      NodeRedProcess.start(nodeRed, (report) => current.tell(report)),
      open(),
    ]);
    return new Cell(`Node-RED ${process.version}, ${service}`, process, backend, current);
  }

  /** Deploys the flow, in the place of the one before. */
  async begin(flow: FlowNode[]): Promise<Scenario> {
    // What the flow before it still has to say as it stops is no concern of the next.
    this.#current.tell = () => {};
    await this.#nodeRed.order({ does: "deploy", flow: [], kind: "full" });
    await this.#nodeRed.order({ does: "settle" });
    const scenario = new Scenario(this.#nodeRed, this.#backend);
    this.#current.tell = (report) => scenario.take(report);
    this.#backend.begin((report) => scenario.take(report));
    await scenario.deploy(flow);
    return scenario;
  }

  async close(): Promise<void> {
    await this.#nodeRed.dispose();
    await this.#backend.close();
  }
}
