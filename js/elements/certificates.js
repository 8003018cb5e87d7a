// @ts-check
// The certificates and keys of a report: what each is, where it came from, what it is for.

import { h } from './h.js';
import { visible } from './marks.js';
import { shortName } from './model.js';
import { bytesLink, fact, facts, time } from './pieces.js';
import { saying } from './said.js';
import { download, toPEM } from './files.js';
import { certificateText, tlsCheck } from './tls.js';

/** @param {import('./context.js').Context} ctx */
export function certificatesPanel(ctx) {
  const { t, report } = ctx;
  return [
    report.certificates.length > 0 && h('h3', null, t('certs.title', { n: report.certificates.length })),
    report.certificates.map((c, i) => certificate(ctx, c, i)),
    report.keys.length > 0 && h('h3', null, t('keys.title', { n: report.keys.length })),
    report.keys.map((k) =>
      h(
        'article',
        { class: 'card key' },
        h(
          'h4',
          null,
          visible(k.name || k.type),
          h('span', { class: 'tag' }, visible(k.type)),
          k.locked && h('span', { class: 'tag', 'data-kind': 'warn' }, t('keys.locked')),
        ),
        h(
          'p',
          { class: 'check-detail' },
          t('origin.' + k.origin),
          k.certificate !== undefined &&
            k.certificate !== null &&
            report.certificates[k.certificate] && [
              ' · ',
              t('keys.of'),
              ' ',
              h(
                'button',
                { type: 'button', class: 'quiet', onclick: () => ctx.reveal('c' + k.certificate) },
                visible(shortName(report.certificates[k.certificate].subject)),
              ),
            ],
        ),
        k.error && h('p', { class: 'bad' }, saying(ctx.language, k.error)),
      ),
    ),
  ];
}

/**
 * @param {import('./context.js').Context} ctx
 * @param {import('../types.d.ts').Certificate} c
 * @param {number} i
 */
function certificate(ctx, c, i) {
  const { t } = ctx;
  const der = () => ctx.bytes(c.source).subarray(c.range[0], c.range[1]);
  const name = shortName(c.subject) || t('certs.unnamed');
  return h(
    'article',
    { class: 'card certificate', 'data-claim': 'c' + i },
    h(
      'h4',
      null,
      visible(name),
      c.trusted && h('span', { class: 'tag', 'data-kind': 'good' }, t('certs.trusted')),
      c.ca && h('span', { class: 'tag' }, 'CA'),
      c.publicTestCA && h('span', { class: 'tag', 'data-kind': 'warn' }, t('certs.public')),
      bytesLink(ctx, c.source, c.range, 'c' + i),
    ),
    c.error && h('p', { class: 'bad' }, saying(ctx.language, c.error)),
    facts(
      fact(t('certs.subject'), c.subject),
      fact(t('certs.issuer'), c.selfSigned ? t('certs.self') : c.issuer),
      [t('certs.validity'), [time(ctx, c.notBefore), ' – ', time(ctx, c.notAfter)]],
      c.subjectAltNames && c.subjectAltNames.length > 0
        ? [t('certs.names'), c.subjectAltNames.map((n) => h('span', { class: 'tag' }, visible(n.value)))]
        : null,
      c.keyUsage && c.keyUsage.length > 0 ? [t('certs.key-usage'), visible(c.keyUsage.join(', '))] : null,
      c.extendedKeyUsage && c.extendedKeyUsage.length > 0
        ? [t('certs.eku'), visible(c.extendedKeyUsage.join(', '))]
        : null,
      fact(t('certs.key'), c.publicKey),
      fact(t('certs.algorithm'), c.signatureAlgorithm),
      fact(t('signer.serial'), c.serial),
      c.sha256 ? ['SHA-256', h('code', null, c.sha256)] : null,
      [t('certs.origin'), [t('origin.' + c.origin), c.name ? [': ', visible(c.name)] : null]],
    ),
    tlsCheck(ctx, c),
    certificateText(ctx, c),
    h(
      'p',
      { class: 'acts' },
      h(
        'button',
        { type: 'button', class: 'quiet', onclick: () => ctx.openASN1({ source: c.source, range: c.range }) },
        t('act.asn1'),
      ),
      h(
        'button',
        {
          type: 'button',
          class: 'quiet',
          onclick: () =>
            download(name.replace(/[^\w.-]+/g, '_') + '.pem', 'application/x-pem-file', toPEM(der(), 'CERTIFICATE')),
        },
        t('act.pem'),
      ),
      h(
        'button',
        {
          type: 'button',
          class: 'quiet',
          onclick: () => download(name.replace(/[^\w.-]+/g, '_') + '.cer', 'application/pkix-cert', der()),
        },
        t('act.der'),
      ),
    ),
  );
}
