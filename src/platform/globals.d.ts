/**
 * What every JavaScript host has beyond the language itself. TypeScript declares these with the DOM or with Node;
 * the kernel sees no more of either than is written here.
 */

/** https://dom.spec.whatwg.org/#interface-AbortSignal */
interface AbortSignal {
  readonly aborted: boolean;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

/** https://dom.spec.whatwg.org/#interface-abortcontroller */
declare class AbortController {
  readonly signal: AbortSignal;
  abort(): void;
}

/** https://encoding.spec.whatwg.org/#interface-textencoder */
declare class TextEncoder {
  encode(text?: string): Uint8Array<ArrayBuffer>;
}
