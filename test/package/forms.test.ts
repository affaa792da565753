/** The forms as they are published: whole, with the parts of `nodes/forms` in them. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Script } from "node:vm";
import { composeForm } from "../../scripts/compose-form.ts";
import { ROOT } from "../architecture/sources.ts";

const published = join(ROOT, "dist", "nodes");
const forms = readdirSync(published)
  .filter((name) => name.endsWith(".html"))
  .map((name) => ({ name, html: readFileSync(join(published, name), "utf8") }));

const scriptOf = (html: string) =>
  html.split('<script type="text/javascript">')[1]?.split("</script>")[0] ?? "";

describe("a form made of parts", () => {
  const parts = new Map([
    ["row.html", '<div class="{{field}}">\n  {{node}}.label\n</div>\n'],
    ["check.js", "/** Checks. */\nexport function check() {}\n"],
  ]);
  const compose = (form: string) => composeForm(form, "run", (name) => parts.get(name) ?? "");

  it("has the part in the mark's place, as deep as the mark stood", () => {
    assert.equal(
      compose('<p>\n  <!-- part: row.html field="limit" -->\n</p>\n'),
      '<p>\n  <div class="limit">\n    run.label\n  </div>\n</p>\n',
    );
  });

  it("has a script's part as plain functions, for a form's script is no module", () => {
    assert.equal(compose("  // part: check.js\n"), "  /** Checks. */\n  function check() {}\n");
  });

  it("is refused where a part is not told what it needs", () => {
    assert.throws(() => compose("<!-- part: row.html -->"), /The part row\.html needs field="…"/);
  });
});

describe("the published forms", () => {
  it("have no part left to be put in, and no place left to be filled", () => {
    const unfinished = forms.filter(({ html }) => /\bpart: |\{\{|^\s*export /m.test(html));
    assert.deepEqual(
      unfinished.map(({ name }) => name),
      [],
    );
  });

  it("have a script that can be read, each", () => {
    for (const { name, html } of forms) assert.ok(new Script(scriptOf(html), { filename: name }));
  });

  it("load nothing from elsewhere, so that the editor need not wait for it", () => {
    const loading = forms.filter(({ html }) => /<(script|link|img)\b[^>]*\s(src|href)=/.test(html));
    assert.deepEqual(
      loading.map(({ name }) => name),
      [],
    );
  });
});
