// What the bundler makes of files that are not scripts: messages are bytes, keys,
// certificates and style sheets are text.

declare module '*.sip' {
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}
declare module '*.pem' {
  const text: string;
  export default text;
}
declare module '*.css' {
  const text: string;
  export default text;
}

// What the bundler puts in place of these names (js/build.js).
declare const SIPSEAL_VERSION: string;
declare const SIPSEAL_PROGRAM: string;
