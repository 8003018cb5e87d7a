// @ts-check
// The service worker: keeps one version of the whole site, decoded, and serves it
// without asking the network. A new version is fetched as a whole beside the old
// one, and takes over when no page uses that any more, or when a page tells it to:
// at no time are files of two versions mixed.

// Put in by the bundler: the files of this version, as paths from here, and a
// name for them all that changes when any of them does.
/** @type {string[]} */
const files = SITE_FILES;
// Those that are kept once somebody asked for them.
/** @type {string[]} */
const later = SITE_LATER;
/** @type {string} */
const version = SITE_VERSION;

const prefix = 'sipseal ';
const scope = /** @type {any} */ (self);
const here = new URL('./', scope.location.href);

/** @param {string} file */
const urlOf = (file) => new URL(file, here).href;

scope.addEventListener('install', (/** @type {any} */ event) => {
  event.waitUntil(
    (async () => {
      const cache = await caches.open(prefix + version);
      // Files under assets/ never change; the others are asked for anew.
      await Promise.all(
        files.map(async (file) => {
          const response = await fetch(urlOf(file), { cache: file.startsWith('assets/') ? 'default' : 'no-cache' });
          if (!response.ok) throw new Error(`${file}: ${response.status}`);
          await cache.put(urlOf(file), response);
        }),
      );
    })(),
  );
});

scope.addEventListener('activate', (/** @type {any} */ event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) {
        if (name.startsWith(prefix) && name !== prefix + version) await caches.delete(name);
      }
      await scope.clients.claim();
    })(),
  );
});

scope.addEventListener('message', (/** @type {any} */ event) => {
  if (event.data === 'take over') scope.skipWaiting();
});

const known = new Set(files.map(urlOf));
const onDemand = new Set(later.map(urlOf));

scope.addEventListener('fetch', (/** @type {any} */ event) => {
  const { request } = event;
  if (request.method !== 'GET') return;
  const url = new URL(request.url);
  url.search = url.hash = '';
  if (url.pathname.endsWith('/')) url.pathname += 'index.html';
  if (!known.has(url.href) && !onDemand.has(url.href)) return;
  event.respondWith(
    (async () => {
      const cache = await caches.open(prefix + version);
      const response = await cache.match(url.href);
      if (response || !onDemand.has(url.href)) return response ?? fetch(request);
      const fresh = await fetch(request);
      if (fresh.ok) await cache.put(url.href, fresh.clone());
      return fresh;
    })(),
  );
});
