/**
 * Shows a document of the repository as a page: the part of Markdown that our documents use. Headings, paragraphs,
 * lists of one level, code (fenced or indented by four), tables; in them code, links, *emphasis* and **strong**.
 */

/** `link` gives a link's address on the page; null: its text alone is shown. */
export function renderDocument(markdown: string, link: (target: string) => string | null): string {
  const lines = markdown.split("\n");
  const blocks: string[] = [];
  const inline = (text: string): string => renderInline(text, link);
  for (let at = 0; at < lines.length;) {
    const first = lines[at]!;
    const heading = /^(#{1,6}) (.*)$/.exec(first);
    /** Takes lines from here on as long as `belongs` says so. */
    const take = (belongs: (line: string) => boolean): string[] => {
      const start = at++;
      while (at < lines.length && belongs(lines[at]!)) at++;
      return lines.slice(start, at);
    };
    if (first.trim() === "") {
      at++;
    } else if (heading) {
      const level = heading[1]!.length;
      blocks.push(`<h${level}>${inline(heading[2]!)}</h${level}>`);
      at++;
    } else if (first.startsWith("```")) {
      const code = take((line) => !line.startsWith("```")).slice(1);
      at++;
      blocks.push(`<pre>${escape(code.join("\n"))}</pre>`);
    } else if (first.startsWith("    ")) {
      const code = take((line) => line.startsWith("    ") || line.trim() === "");
      blocks.push(
        `<pre>${escape(
          code
            .map((line) => line.slice(4))
            .join("\n")
            .trimEnd(),
        )}</pre>`,
      );
    } else if (first.startsWith("|")) {
      blocks.push(
        renderTable(
          take((line) => line.startsWith("|")),
          inline,
        ),
      );
    } else if (ITEM.test(first)) {
      blocks.push(
        renderList(
          take((line) => ITEM.test(line) || line.startsWith("  ")),
          inline,
        ),
      );
    } else {
      blocks.push(`<p>${inline(take((line) => line.trim() !== "" && !/^(```|\||#)/.test(line)).join("\n"))}</p>`);
    }
  }
  return blocks.join("\n");
}

const ITEM = /^(-|\d+\.) /;

function renderList(lines: readonly string[], inline: (text: string) => string): string {
  const items: string[] = [];
  for (const line of lines) {
    if (ITEM.test(line)) items.push(line.replace(ITEM, ""));
    else items.push(`${items.pop() ?? ""}\n${line.trim()}`);
  }
  const name = lines[0]!.startsWith("-") ? "ul" : "ol";
  return `<${name}>\n${items.map((item) => `<li>${inline(item)}</li>`).join("\n")}\n</${name}>`;
}

function renderTable(lines: readonly string[], inline: (text: string) => string): string {
  const row = (line: string, name: string): string => {
    const cells = line.replace(/^\||\|\s*$/g, "").split("|");
    return `<tr>${cells.map((cell) => `<${name}>${inline(cell.trim())}</${name}>`).join("")}</tr>`;
  };
  const [titles = "", , ...rest] = lines;
  const body = rest.map((line) => row(line, "td")).join("\n");
  return `<div class="wide"><table>\n<thead>${row(titles, "th")}</thead>\n<tbody>${body}</tbody>\n</table></div>`;
}

/** Code first: nothing in it means anything else. */
function renderInline(text: string, link: (target: string) => string | null): string {
  return text
    .split(/(`[^`]+`)/)
    .map((part) => (/^`.+`$/s.test(part) ? `<code>${escape(part.slice(1, -1))}</code>` : renderText(part, link)))
    .join("");
}

function renderText(text: string, link: (target: string) => string | null): string {
  return escape(text)
    .replace(/\[([^\]]+)\]\(([^)\s]+)\)/g, (_, name: string, target: string) => {
      const address = link(target);
      return address === null ? name : `<a href="${address}">${name}</a>`;
    })
    .replace(/\*\*([^*]+)\*\*/g, "<strong>$1</strong>")
    .replace(/(?<![\w*])[*_]([^*_]+)[*_](?![\w*])/g, "<em>$1</em>");
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
