/**
 * The part of WebAssembly's JavaScript interface that is used in Node, whose own declarations leave it out (the DOM's
 * have it). Only projects for Node include this file.
 */
declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array);
  }

  class Memory {
    constructor(descriptor: { readonly initial: number; readonly maximum?: number });
    readonly buffer: ArrayBuffer;
  }

  function compile(bytes: Uint8Array): Promise<Module>;
}
