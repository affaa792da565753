/** The editor as a user has it before them: drag a node, open its form, read what stands there. */
import assert from "node:assert/strict";
import type { Browser, Page } from "playwright-core";

export class EditorPage {
  #page: Page | null = null;
  /** What the editor's own code threw and nobody caught. */
  readonly errors: Error[] = [];

  get page(): Page {
    assert.ok(this.#page, "the editor is open");
    return this.#page;
  }

  get isOpen(): boolean {
    return this.#page !== null;
  }

  /** Resolves when the package's nodes are in the palette. */
  async open(browser: Browser, url: string): Promise<void> {
    const page = await browser.newPage({ viewport: { width: 1500, height: 900 } });
    this.#page = page;
    page.on("pageerror", (error) => this.errors.push(error));
    await page.goto(url);
    await page.locator(inPalette("assistants-run")).waitFor();
  }

  async close(): Promise<void> {
    await this.#page?.close();
    this.#page = null;
  }

  async clear(): Promise<void> {
    await this.page.evaluate("RED.nodes.filterNodes({}).forEach((node) => RED.nodes.remove(node.id))");
  }

  async hasOpenForm(): Promise<boolean> {
    return (await this.page.locator(".red-ui-tray").count()) > 0;
  }

  /** Drags a node of this type from the palette into the flow; its id. */
  async drag(type: string, y = 200): Promise<string> {
    const count = "RED.nodes.filterNodes({}).length";
    const before = Number(await this.page.evaluate(count));
    await this.page.dragAndDrop(inPalette(type), "#red-ui-workspace-chart", {
      targetPosition: { x: 300, y },
    });
    await this.page.waitForFunction(`${count} === ${before + 1}`);
    return String(await this.page.evaluate("RED.nodes.filterNodes({}).at(-1).id"));
  }

  async openForm(id: string): Promise<void> {
    await this.page.evaluate(`RED.editor.edit(${node(id)})`);
    await this.page.locator("#node-input-name").waitFor();
    await this.page.locator("#node-dialog-ok").waitFor();
  }

  async closeForm(): Promise<void> {
    await this.page.click("#node-dialog-ok");
    await this.page.locator("#node-dialog-ok").waitFor({ state: "detached" });
  }

  /** Gives the node these values, as an import does. */
  async set(id: string, values: object): Promise<void> {
    await this.page.evaluate(`Object.assign(${node(id)}, ${JSON.stringify(values)})`);
  }

  /** Leaves the forms that are open, the innermost first, and keeps nothing of them. */
  async cancelForms(): Promise<void> {
    for (const dialog of ["config-dialog", "dialog"]) {
      const cancel = this.page.locator(`#node-${dialog}-cancel`);
      if ((await cancel.count()) === 0) continue;
      await cancel.click();
      await cancel.waitFor({ state: "detached" });
    }
  }

  /** From the open form of a node without a service to the empty form of a new one. */
  async addConfigNode(): Promise<void> {
    const name = this.page.locator("#node-config-input-name");
    // The editor passes over a click while it still builds the form that has the button.
    for (let tries = 0; tries < 10 && !(await name.isVisible()); tries += 1) {
      await this.page.click("#node-input-btn-config-add", { timeout: 1000 }).catch(() => {});
      await name.waitFor({ timeout: 1000 }).catch(() => {});
    }
    await name.waitFor();
  }

  async closeConfigForm(): Promise<void> {
    await this.page.click("#node-config-dialog-ok");
    await this.page.locator("#node-config-input-name").waitFor({ state: "detached" });
  }

  /** The node as an export has it. */
  async exported(id: string): Promise<Record<string, unknown>> {
    return this.page.evaluate(`RED.nodes.createExportableNodeSet([${node(id)}])[0]`);
  }

  async validationErrors(id: string): Promise<string[]> {
    return this.page.evaluate(
      `RED.editor.validateNode(${node(id)}) ? [] : ${node(id)}.validationErrors.map(String)`,
    );
  }

  /** What the node shows in the flow: its label, and the label of each of its ports. */
  async labelsOf(id: string): Promise<string[]> {
    return this.page.evaluate(`(() => {
      const node = ${node(id)};
      const labels = [RED.utils.getNodeLabel(node)];
      if (node._def.inputLabels) labels.push(node._def.inputLabels.call(node, 0));
      for (let port = 0; port < node.outputs; port++) labels.push(node._def.outputLabels.call(node, port));
      return labels.map(String);
    })()`);
  }

  /** Every text of a form: labels, options, tips, placeholders; an empty one where the catalog had none. */
  async formTexts(form: string): Promise<string[]> {
    return this.page.evaluate(`(() => {
      const all = (selector) => [...document.querySelectorAll("${form} " + selector)];
      const texts = all("[data-i18n]:not([data-i18n^='['])").map((one) => one.textContent);
      const placeholders = all("[placeholder]:not([placeholder=''])").map((one) => one.placeholder);
      return [...texts, ...placeholders].map((text) => text.trim());
    })()`);
  }

  /** What a TypedInput offers in its menu. */
  async typesOf(field: string): Promise<string[]> {
    return this.page.evaluate(
      `Object.values($("#node-input-${field}").data("noderedTypedInput").typeMap).map((type) => type.label)`,
    );
  }
}

const inPalette = (type: string) => `.red-ui-palette-node[data-palette-type="${type}"]`;
const node = (id: string) => `RED.nodes.node(${JSON.stringify(id)})`;

/** Fails for a key of the catalog that found no text: words joined by dots or a colon, without a space. */
export function assertTranslated(texts: string[]): void {
  assert.ok(texts.length > 0, "there is text to read");
  for (const text of texts) {
    assert.doesNotMatch(text, /^(?!https?:)\S*[a-zA-Z-]+[.:][a-zA-Z-]+\S*$|^undefined$|^$/);
  }
}
