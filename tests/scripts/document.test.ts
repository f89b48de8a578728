import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { renderDocument } from "../../scripts/document.ts";

const render = (markdown: string): string =>
  renderDocument(markdown, (target) => (target === "A.md" ? "a.html" : null));

describe("renderDocument", () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ["headings", "## A *b*", "<h2>A <em>b</em></h2>"],
    ["paragraphs", "a\nb\n\nc", "<p>a\nb</p>\n<p>c</p>"],
    ["lists, with lines that go on", "- a\n  b\n- c", "<ul>\n<li>a\nb</li>\n<li>c</li>\n</ul>"],
    ["numbered lists", "1. a\n2. b", "<ol>\n<li>a</li>\n<li>b</li>\n</ol>"],
    ["fenced code", "```sh\n# a <b>\n\n  c\n```\nd", "<pre># a &lt;b&gt;\n\n  c</pre>\n<p>d</p>"],
    ["indented code", "    a\n\n      b\n\nc", "<pre>a\n\n  b</pre>\n<p>c</p>"],
    ["code in a line, whatever is in it", "`**a**` **b** x_y_z", "<p><code>**a**</code> <strong>b</strong> x_y_z</p>"],
    ["links to what is there, and the text of others", "[a](A.md) [b](B.md)", '<p><a href="a.html">a</a> b</p>'],
  ];
  for (const [what, markdown, html] of cases) {
    it(`shows ${what}`, () => assert.equal(render(markdown), html));
  }

  it("shows tables", () => {
    const html = render("| a | b |\n|---|---|\n| `1` | 2 |\n");
    assert.match(html, /<thead><tr><th>a<\/th><th>b<\/th><\/tr><\/thead>/);
    assert.match(html, /<tbody><tr><td><code>1<\/code><\/td><td>2<\/td><\/tr><\/tbody>/);
  });
});
