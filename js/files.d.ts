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
