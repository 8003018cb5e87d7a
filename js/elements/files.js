// @ts-check
// Out of the page and into a file or the clipboard.

import { ACTING, visibleText } from './acting.js';

/** What no file system should be given, and the longest name. */
const UNFIT = /[\\/:*?"<>|]/g;
const MAX_NAME = 120;

/**
 * Saves text or bytes as a file.
 * @param {string} name
 * @param {string} type
 * @param {string | Uint8Array} data
 */
export function download(name, type, data) {
  const url = URL.createObjectURL(new Blob([/** @type {BlobPart} */ (data)], { type }));
  const link = document.createElement('a');
  link.href = url;
  // A name often comes from a message: it must not pass for another one.
  link.download = name.replace(ACTING, '_').replace(UNFIT, '_').slice(-MAX_NAME);
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/**
 * Copies text, with what would act on a terminal or an editor written out; where the page may not use the clipboard, by way of a selection.
 * @param {string} text
 * @returns {Promise<boolean>}
 */
export async function copy(text) {
  text = visibleText(text, true);
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement('textarea');
    area.value = text;
    area.readOnly = true;
    area.className = 'sipseal-off-screen';
    const focused = document.activeElement;
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    if (focused instanceof HTMLElement) focused.focus();
    return done;
  }
}

/**
 * A button that copies, and says for a moment that it did.
 * @param {HTMLButtonElement} button
 * @param {string} said
 * @param {() => string | Promise<string>} text
 */
export async function copyWith(button, said, text) {
  const label = button.textContent;
  if (await copy(await text())) {
    button.textContent = said;
    setTimeout(() => (button.textContent = label), 1600);
  }
}

/** @param {Uint8Array} bytes */
export function toHex(bytes) {
  let out = '';
  for (const b of bytes) out += (b < 16 ? '0' : '') + b.toString(16);
  return out;
}

/** @param {Uint8Array} bytes */
export function toBase64(bytes) {
  let binary = '';
  for (let i = 0; i < bytes.length; i += 0x8000) binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(binary);
}

/**
 * @param {Uint8Array} bytes
 * @param {string} label
 */
export function toPEM(bytes, label) {
  const lines = toBase64(bytes).match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
