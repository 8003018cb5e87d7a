// @ts-check
// Registers the service worker, with which a second visit needs no network.

import { serviceWorkerURL } from './assets.js';
import { scriptURL } from './trusted.js';

/**
 * Registers the service worker where there is one and the page may have it.
 * @param {(apply: () => void) => void} [onUpdate] called when a newer version of the
 *   site is ready; apply() changes to it and loads the page again. Without that, it
 *   takes over when the last page of the old version is closed.
 * @returns {Promise<boolean>} whether the site works without network from now on
 */
export async function workOffline(onUpdate = () => {}) {
  if (!serviceWorkerURL || !('serviceWorker' in navigator)) return false;
  const container = navigator.serviceWorker;
  try {
    const registration = await container.register(scriptURL(serviceWorkerURL), { updateViaCache: 'none' });
    const offer = () => {
      // Without a controller this is the first visit: there is nothing to replace.
      const { waiting } = registration;
      if (!waiting || !container.controller) return;
      onUpdate(() => {
        container.addEventListener('controllerchange', () => location.reload(), { once: true });
        waiting.postMessage('take over');
      });
    };
    offer();
    registration.addEventListener('updatefound', () => {
      registration.installing?.addEventListener('statechange', offer);
    });
    await container.ready;
    return true;
  } catch {
    // A host or a browser that wants none: the page works as well without.
    return false;
  }
}
