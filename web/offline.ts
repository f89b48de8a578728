/** Keeps the page's files in the browser, where it lets a page do so (over https, and on this machine). */

export function workOffline(): void {
  // Without it the page works as long as it is open; there is nothing to tell.
  navigator.serviceWorker?.register(new URL("service-worker.js", document.baseURI)).catch(() => undefined);
}
