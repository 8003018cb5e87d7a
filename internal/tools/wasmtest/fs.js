// The file system and process that a Go program sees in a worker. Reading asks the
// server, by requests that block (in a worker they may); writing goes to standard
// output and error only.
/* global start, Go */
'use strict';

const failure = (code) => Object.assign(new Error(code), { code });

function ask(op, path) {
  const request = new XMLHttpRequest();
  request.open('GET', `/fs/${op}?path=${encodeURIComponent(resolve(path))}`, false);
  if (op === 'read') request.responseType = 'arraybuffer';
  request.send();
  if (request.status === 200) return op === 'read' ? new Uint8Array(request.response) : JSON.parse(request.responseText);
  throw failure(op === 'read' ? 'ENOENT' : request.responseText.trim() || 'EIO');
}

const resolve = (path) => (path.startsWith('/') ? path : start.cwd + '/' + path);

function stat(path) {
  const s = ask('stat', path);
  return {
    ...s, dev: 1, ino: 1, nlink: 1, uid: 0, gid: 0, rdev: 0, blksize: 4096, blocks: Math.ceil(s.size / 512),
    atimeMs: s.mtimeMs, ctimeMs: s.mtimeMs, isDirectory: () => (s.mode & 0o170000) === 0o040000,
  };
}

// Node's convention: a function's last argument is told the outcome.
const answers = (f) => (...args) => {
  const done = args.pop();
  let value;
  try {
    value = f(...args);
  } catch (e) {
    queueMicrotask(() => done(e));
    return;
  }
  queueMicrotask(() => done(null, value));
};

const opened = new Map(); // descriptor → {path, data, at}
let last = 2;
const none = answers(() => { throw failure('ENOSYS'); });
const descriptor = (fd) => {
  const f = opened.get(fd);
  if (!f) throw failure('EBADF');
  return f;
};

globalThis.fs = {
  constants: { O_WRONLY: 1, O_RDWR: 2, O_CREAT: 64, O_TRUNC: 512, O_APPEND: 1024, O_EXCL: 128, O_DIRECTORY: 65536 },
  writeSync(fd, bytes) {
    const request = new XMLHttpRequest();
    request.open('POST', '/out/' + fd, false);
    request.send(bytes.slice());
    return bytes.length;
  },
  write: answers((fd, buffer, offset, length) => {
    if (fd !== 1 && fd !== 2) throw failure('EROFS');
    return globalThis.fs.writeSync(fd, buffer.subarray(offset, offset + length));
  }),
  open: answers((path, flags) => {
    if (flags & (1 | 2 | 64)) throw failure('EROFS');
    stat(path);
    opened.set(++last, { path, data: undefined, at: 0 });
    return last;
  }),
  close: answers((fd) => {
    descriptor(fd);
    opened.delete(fd);
  }),
  read: answers((fd, buffer, offset, length, position) => {
    const f = descriptor(fd);
    f.data ??= ask('read', f.path);
    const from = position ?? f.at;
    const part = f.data.subarray(from, from + length);
    buffer.set(part, offset);
    if (position === null || position === undefined) f.at += part.length;
    return part.length;
  }),
  fstat: answers((fd) => stat(descriptor(fd).path)),
  stat: answers(stat),
  lstat: answers(stat),
  readdir: answers((path) => ask('list', path)),
  fsync: answers(() => {}),
  chmod: none, chown: none, fchmod: none, fchown: none, ftruncate: none, lchown: none, link: none, mkdir: none,
  readlink: none, rename: none, rmdir: none, symlink: none, truncate: none, unlink: none, utimes: none,
};

globalThis.process = {
  getuid: () => 0, getgid: () => 0, geteuid: () => 0, getegid: () => 0, getgroups: () => [],
  pid: 1, ppid: 0, umask: () => 0o022, cwd: () => start.cwd,
  chdir: (path) => { start.cwd = resolve(path); },
};
globalThis.path = { resolve: (...segments) => segments.reduce((a, b) => (b.startsWith('/') ? b : a + '/' + b)) };

async function run() {
  const finish = (code, why = '') => {
    const request = new XMLHttpRequest();
    request.open('POST', `/exit?code=${code}&why=${encodeURIComponent(why)}`, false);
    request.send();
  };
  try {
    const go = new Go();
    go.argv = start.argv;
    go.env = start.env;
    let code = 0;
    go.exit = (c) => { code = c; };
    const { instance } = await WebAssembly.instantiateStreaming(fetch('/test.wasm'), go.importObject);
    await go.run(instance);
    finish(code);
  } catch (e) {
    finish(2, String(e && e.stack || e));
  }
}
