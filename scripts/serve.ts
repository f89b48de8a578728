/** A small static file server on loopback, for the page. */
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";

const types: Readonly<Record<string, string>> = {
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".json": "application/json",
  ".map": "application/json",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

export interface Served {
  readonly server: Server;
  readonly address: string;
}

/** Serves `folder` at the first free port from `port` on (0 = any free port). No file outside `folder` is reached. */
export async function serve(folder: string, port: number): Promise<Served> {
  const server = createServer((request, response) => {
    void (async () => {
      const path = decodePath(request.url ?? "/");
      const body = path === null ? null : await readFile(join(folder, path)).catch(() => null);
      if (body === null || path === null) {
        response.writeHead(404, { "content-type": "text/plain" }).end("not found\n");
      } else {
        const type = types[extname(path)] ?? "application/octet-stream";
        response.writeHead(200, { "content-type": type, "cache-control": "no-cache" });
        response.end(request.method === "HEAD" ? undefined : body);
      }
    })();
  });
  await listen(server, port);
  return { server, address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}

/** The file that a request names, beginning with "/"; null if the request's path is malformed. */
function decodePath(url: string): string | null {
  try {
    const path = normalize(decodeURIComponent(new URL(url, "http://localhost").pathname));
    return path.endsWith("/") ? `${path}index.html` : path;
  } catch {
    return null;
  }
}

async function listen(server: Server, port: number): Promise<void> {
  for (let tried = port; ; tried++) {
    const error = await new Promise<NodeJS.ErrnoException | null>((resolve) => {
      server.once("error", resolve);
      server.listen(tried, "127.0.0.1", () => {
        server.off("error", resolve);
        resolve(null);
      });
    });
    if (!error) return;
    if (error.code !== "EADDRINUSE" || tried > port + 100) throw error;
  }
}
