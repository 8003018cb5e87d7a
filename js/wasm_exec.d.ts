// Go's own loader, which comes with the Go that builds the project: the bundler
// takes lib/wasm/wasm_exec.js from there and wraps it in this function, so that it
// sees a host object in place of the global one.

export interface GoProgram {
  importObject: WebAssembly.Imports;
  exited: boolean;
  exit: (code: number) => void;
  run(instance: WebAssembly.Instance): Promise<void>;
}

export function loadGo(host: object): new () => GoProgram;
