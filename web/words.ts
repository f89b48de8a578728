/** Splits a line of arguments into words, as a shell does with quotes and backslashes and nothing else. */

/** The words, or a sentence about what is wrong. */
export function splitWords(line: string): readonly string[] | string {
  const words: string[] = [];
  let word: string | undefined;
  let quote = "";
  for (let i = 0; i < line.length; i++) {
    const char = line[i]!;
    const next = line[i + 1];
    if (quote === "'" ? char === "'" : quote === '"' && char === '"') {
      quote = "";
    } else if (quote === "" && (char === "'" || char === '"')) {
      quote = char;
      word ??= "";
    } else if (char === "\\" && escapes(quote, next)) {
      word = (word ?? "") + (next ?? "");
      i++;
    } else if (quote === "" && /\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? "") + char;
    }
  }
  if (quote !== "") return `The arguments have a ${quote} without its partner.`;
  if (word !== undefined) words.push(word);
  return words;
}

/** Does a backslash before `next` take its meaning away? Between double quotes only from " and \. */
function escapes(quote: string, next: string | undefined): boolean {
  if (next === undefined || quote === "'") return false;
  return quote === "" || next === '"' || next === "\\";
}
