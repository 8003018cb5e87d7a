// @ts-check
// What there is to see and do about the active node of an ASN.1 tree.

import { h } from './h.js';
import { visible } from './marks.js';
import { copyWith, download, toBase64, toHex, toPEM } from './files.js';
import { saying } from './said.js';

/** The label of a PEM block by the type of what is in it (RFC 7468). @type {Record<string, string>} */
const PEM_LABELS = {
  Certificate: 'CERTIFICATE',
  ContentInfo: 'CMS',
  CertificateList: 'X509 CRL',
  CertificationRequest: 'CERTIFICATE REQUEST',
  PrivateKeyInfo: 'PRIVATE KEY',
  OneAsymmetricKey: 'PRIVATE KEY',
  EncryptedPrivateKeyInfo: 'ENCRYPTED PRIVATE KEY',
  SubjectPublicKeyInfo: 'PUBLIC KEY',
  RSAPrivateKey: 'RSA PRIVATE KEY',
  RSAPublicKey: 'RSA PUBLIC KEY',
  ECPrivateKey: 'EC PRIVATE KEY',
};

/**
 * @param {import('./context.js').Context} ctx
 * @param {import('../sipseal.d.ts').ASN1Document} doc
 * @param {number} index
 * @param {{select: (index: number) => void, treat: (offset: number, open: boolean) => void, bytes: () => void}} acts
 */
export async function nodeView(ctx, doc, index, acts) {
  const { t } = ctx;
  const node = doc.node(index);
  /** @type {number[]} */
  const ancestors = [];
  for (let up = index; up >= 0; up = doc.node(up).parent) ancestors.unshift(up);
  const rows = await doc.rows(ancestors.slice(-24));
  const row = rows[rows.length - 1];
  const bytes = () => doc.bytes.subarray(node.offset, node.close);
  const path = () => row.path || ancestors.map((i) => place(doc, i)).join('.');
  /** @type {(key: string, act: string, text: () => string | Promise<string>) => HTMLElement} */
  const copier = (key, act, text) => {
    const button = h(
      'button',
      { type: 'button', class: 'quiet', 'data-act': act, onclick: () => copyWith(button, t('act.copied'), text) },
      t(key),
    );
    return button;
  };
  const string =
    !node.encapsulating &&
    !node.constructed &&
    ((node.class === 0 && (node.tag === 3 || node.tag === 4)) || node.class === 2) &&
    node.end > node.content;
  return [
    h(
      'nav',
      { 'aria-label': t('asn1.path') },
      h(
        'ol',
        { class: 'crumbs' },
        rows.map((r) =>
          h(
            'li',
            null,
            h(
              'button',
              {
                type: 'button',
                class: 'quiet',
                'aria-current': r.node === index ? 'true' : false,
                onclick: () => acts.select(r.node),
              },
              (r.field || r.type || r.label) + (r.place >= 0 ? `[${r.place}]` : ''),
            ),
          ),
        ),
      ),
    ),
    h(
      'p',
      { class: 'node-line' },
      h('b', null, row.label),
      row.type && row.type !== row.label && [' ', h('span', { class: 'type' }, row.type)],
      ' · ',
      t('asn1.where', { offset: node.offset, header: node.content - node.offset, length: node.end - node.content }),
      node.indefinite && ' · ' + t('asn1.indefinite'),
    ),
    row.value && h('p', { class: 'node-value' }, visible(row.value)),
    row.notes.length > 0 &&
      h(
        'ul',
        { class: 'node-notes' },
        row.notes.map((n) =>
          h(
            'li',
            { class: n.rule ? null : 'bad' },
            saying(ctx.language, n.detail),
            n.rule && ' · ' + n.rule,
            ' · ',
            t('asn1.at', { n: n.offset }),
          ),
        ),
      ),
    h(
      'div',
      { class: 'acts' },
      h('button', { type: 'button', class: 'quiet', onclick: acts.bytes }, t('bytes.show')),
      copier('asn1.copy.path', 'copy-path', path),
      copier('asn1.copy.dump', 'copy-dump', () => ctx.inspector.dump(bytes(), { style: 'dumpasn1' })),
      copier('asn1.copy.hex', 'copy-hex', () => toHex(bytes())),
      copier('asn1.copy.base64', 'copy-base64', () => toBase64(bytes())),
      copier('asn1.copy.pem', 'copy-pem', () => toPEM(bytes(), PEM_LABELS[row.type] ?? 'DATA')),
      h(
        'button',
        {
          type: 'button',
          class: 'quiet',
          'data-act': 'node-der',
          onclick: () => download(`node-${node.offset}.der`, 'application/octet-stream', bytes()),
        },
        t('act.der'),
      ),
      // What is primitive is nothing by itself that could be recognised.
      ctx.openDocument &&
        node.constructed &&
        h(
          'button',
          {
            type: 'button',
            class: 'quiet',
            'data-act': 'open-document',
            onclick: () => ctx.openDocument?.(bytes().slice(), path()),
          },
          t('asn1.open'),
        ),
      node.encapsulating &&
        h(
          'button',
          { type: 'button', class: 'quiet', 'data-act': 'close-string', onclick: () => acts.treat(node.offset, false) },
          t('asn1.primitive'),
        ),
      string &&
        h(
          'button',
          { type: 'button', class: 'quiet', 'data-act': 'open-string', onclick: () => acts.treat(node.offset, true) },
          t('asn1.encapsulated'),
        ),
    ),
  ];
}

/**
 * The place of a node among its siblings, from 0.
 * @param {import('../sipseal.d.ts').ASN1Document} doc
 * @param {number} index
 */
function place(doc, index) {
  let n = 0;
  for (let i = doc.node(index).parent + 1; i < index; i = doc.structure[i * 8 + 3]) n++;
  return n;
}
