// The file system and process that a Go program sees in a worker. Reading asks the
// server, by requests that block (in a worker they may); /temporary is in memory
// and can be written; otherwise writing goes to standard output and error only.
/* global start, Go */
'use strict';

const failure = (code) => Object.assign(new Error(code), { code });

function ask(op, path) {
  const request = new XMLHttpRequest();
  request.open('GET', `/fs/${op}?path=${encodeURIComponent(resolve(path))}`, false);
  if (op === 'read') request.responseType = 'arraybuffer';
  request.send();
  if (request.status === 200)
    return op === 'read' ? new Uint8Array(request.response) : JSON.parse(request.responseText);
  throw failure(op === 'read' ? 'ENOENT' : request.responseText.trim() || 'EIO');
}

const resolve = (path) => {
  const parts = [];
  for (const p of (path.startsWith('/') ? path : start.cwd + '/' + path).split('/')) {
    if (p === '..') parts.pop();
    else if (p !== '' && p !== '.') parts.push(p);
  }
  return '/' + parts.join('/');
};

// What is in /temporary (TMPDIR; a checkout may lie in /tmp): path → bytes, or null for a folder.
const temporary = new Map([['/temporary', null]]);
const isTemporary = (path) => path === '/temporary' || path.startsWith('/temporary/');
const parent = (path) => path.slice(0, path.lastIndexOf('/'));
const children = (path) => [...temporary.keys()].filter((p) => parent(p) === path && p !== path);

function find(path) {
  if (!temporary.has(path)) throw failure('ENOENT');
  return temporary.get(path);
}

// put adds a file or folder to one that exists.
function put(path, content) {
  path = resolve(path);
  if (!isTemporary(path)) throw failure('EROFS');
  if (find(parent(path)) !== null) throw failure('ENOTDIR');
  temporary.set(path, content);
}

function remove(path) {
  path = resolve(path);
  find(path);
  if (children(path).length) throw failure('ENOTEMPTY');
  temporary.delete(path);
}

function information(path) {
  path = resolve(path);
  if (!isTemporary(path)) return ask('stat', path);
  const content = find(path);
  return { mode: content ? 0o100644 : 0o040755, size: content?.length ?? 0, mtimeMs: 0 };
}

function stat(path) {
  const s = information(path);
  return {
    ...s,
    dev: 1,
    ino: 1,
    nlink: 1,
    uid: 0,
    gid: 0,
    rdev: 0,
    blksize: 4096,
    blocks: Math.ceil(s.size / 512),
    atimeMs: s.mtimeMs,
    ctimeMs: s.mtimeMs,
    isDirectory: () => (s.mode & 0o170000) === 0o040000,
  };
}

// Node's convention: a function's last argument is told the outcome.
const answers =
  (f) =>
  (...args) => {
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
const none = answers(() => {
  throw failure('ENOSYS');
});
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
  write: answers((fd, buffer, offset, length, position) => {
    const bytes = buffer.slice(offset, offset + length);
    if (fd === 1 || fd === 2) return globalThis.fs.writeSync(fd, bytes);
    const f = descriptor(fd);
    if (!isTemporary(f.path)) throw failure('EROFS');
    const old = find(f.path);
    const at = position ?? f.at;
    const grown = new Uint8Array(Math.max(old.length, at + length));
    grown.set(old);
    grown.set(bytes, at);
    temporary.set(f.path, grown);
    f.at = at + length;
    return length;
  }),
  open: answers((path, flags) => {
    path = resolve(path);
    if (isTemporary(path)) {
      if (!temporary.has(path) && flags & 64) put(path, new Uint8Array());
      else if (flags & 128 && flags & 64) throw failure('EEXIST');
      else if (flags & 512) put(path, new Uint8Array());
      find(path);
    } else {
      if (flags & (1 | 2 | 64)) throw failure('EROFS');
      stat(path);
    }
    opened.set(++last, { path, data: undefined, at: 0 });
    return last;
  }),
  close: answers((fd) => {
    descriptor(fd);
    opened.delete(fd);
  }),
  read: answers((fd, buffer, offset, length, position) => {
    const f = descriptor(fd);
    if (!isTemporary(f.path)) f.data ??= ask('read', f.path);
    const from = position ?? f.at;
    const part = (f.data ?? find(f.path)).subarray(from, from + length);
    buffer.set(part, offset);
    if (position === null || position === undefined) f.at += part.length;
    return part.length;
  }),
  fstat: answers((fd) => stat(descriptor(fd).path)),
  stat: answers(stat),
  lstat: answers(stat),
  readdir: answers((path) => {
    path = resolve(path);
    if (!isTemporary(path)) return ask('list', path);
    find(path);
    return children(path).map((p) => p.slice(path.length + 1));
  }),
  mkdir: answers((path) => {
    if (temporary.has(resolve(path))) throw failure('EEXIST');
    put(path, null);
  }),
  unlink: answers(remove),
  rmdir: answers(remove),
  rename: answers((from, to) => {
    const content = find(resolve(from));
    put(to, content);
    temporary.delete(resolve(from));
  }),
  fsync: answers(() => {}),
  chmod: answers(() => {}),
  fchmod: answers(() => {}),
  chown: none,
  fchown: none,
  ftruncate: none,
  lchown: none,
  link: none,
  readlink: none,
  symlink: none,
  truncate: none,
  utimes: none,
};

globalThis.process = {
  getuid: () => 0,
  getgid: () => 0,
  geteuid: () => 0,
  getegid: () => 0,
  getgroups: () => [],
  pid: 1,
  ppid: 0,
  umask: () => 0o022,
  cwd: () => start.cwd,
  chdir: (path) => {
    start.cwd = resolve(path);
  },
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
    go.exit = (c) => {
      code = c;
    };
    const { instance } = await WebAssembly.instantiateStreaming(fetch('/test.wasm'), go.importObject);
    await go.run(instance);
    finish(code);
  } catch (e) {
    finish(2, String((e && e.stack) || e));
  }
}
