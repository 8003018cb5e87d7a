// @ts-check
// The crew: workers that take calls from one queue. A worker whose call takes too
// long or is given up is killed and replaced, because a WASM program cannot be
// interrupted in any other way.

import { SipsealError, messageOf } from './errors.js';
import { nodeModule } from './platform.js';

/**
 * One call.
 * @typedef {object} Job
 * @property {string} name
 * @property {any[]} args
 * @property {Transferable[]} transfer
 * @property {number} timeout milliseconds
 * @property {number} [until] when the time is over in any case, as Date.now()
 * @property {(result: {result: any, input?: Uint8Array}) => void} resolve
 * @property {(error: unknown) => void} reject
 * @property {boolean} [last] whether the worker that makes it ends with it
 * @property {(slices: number, input: Uint8Array) => void} [share] called when the
 *   worker asks for others, which take a slice each
 */

/**
 * What browsers' workers and Node's have in common, as it is used here.
 * @typedef {object} Port
 * @property {(message: any, transfer?: Transferable[]) => void} post
 * @property {() => void} kill
 * @property {(message: any) => void} onmessage
 * @property {(error: unknown) => void} onerror
 */

/**
 * A member of the crew: starting, idle (no job) or busy.
 * @typedef {object} Member
 * @property {Port} port
 * @property {boolean} ready
 * @property {Job|undefined} job
 * @property {ReturnType<typeof setTimeout>|undefined} timer
 */

export class Crew {
  /**
   * @param {Promise<string|WebAssembly.Module>} program where it is, or compiled
   * @param {() => Promise<Port>} hire makes a worker
   * @param {number} size the most workers there may be
   * @param {() => void} [begun] called when a worker's thread runs
   */
  constructor(program, hire, size, begun = () => {}) {
    this.program = program;
    this.hire = hire;
    this.size = size;
    this.begun = begun;
    /** @type {Set<Member>} */
    this.members = new Set();
    /** @type {Job[]} */
    this.queue = [];
    this.hiring = 0;
    this.closed = false;
    this.lastID = 0;
  }

  /** How many workers a call can have. */
  get workers() {
    return this.size;
  }

  /**
   * Starts one worker.
   * @returns {Promise<void>} when it can take calls
   */
  async grow() {
    this.hiring++;
    try {
      const port = await this.hire();
      if (this.closed) return port.kill();
      /** @type {Member} */
      const member = { port, ready: false, job: undefined, timer: undefined };
      this.members.add(member);
      await new Promise((resolve, reject) => {
        port.onmessage = (data) => {
          if (data.type === 'begun') this.begun();
          else if (data.type === 'ready') {
            member.ready = true;
            // Those that come after it need not compile it again.
            this.program = Promise.resolve(data.module);
            resolve(undefined);
          } else if (data.type === 'unready') {
            this.dismiss(member);
            reject(new SipsealError('LoadError', data.message));
          } else this.finished(member, data);
        };
        port.onerror = (error) => {
          const e = new SipsealError(
            member.ready ? 'EngineError' : 'LoadError',
            'the worker failed: ' + messageOf(error),
            error,
          );
          const { job } = member;
          this.dismiss(member);
          job?.reject(e);
          reject(e);
          if (job) this.pump();
        };
        this.program
          .then((program) => port.post({ type: 'start', program }))
          .catch((e) => {
            this.dismiss(member);
            reject(e);
          });
      });
    } finally {
      this.hiring--;
    }
    this.pump();
  }

  /** @param {Member} member */
  dismiss(member) {
    clearTimeout(member.timer);
    member.port.kill();
    member.job = undefined;
    this.members.delete(member);
  }

  /**
   * @param {Member} member
   * @param {any} data
   */
  finished(member, data) {
    const { job } = member;
    if (!job || data.id !== this.idOf(job)) return;
    if (data.type === 'share') return job.share?.(data.slices, data.input);
    clearTimeout(member.timer);
    member.job = undefined;
    if (job.last || (data.type !== 'done' && !data.alive)) this.dismiss(member);
    if (data.type === 'done') job.resolve(data);
    else {
      job.reject(new SipsealError(data.name === 'InputError' ? 'InputError' : 'EngineError', data.message));
    }
    this.pump();
  }

  /** @param {Job & {id?: number}} job */
  idOf(job) {
    return (job.id ??= ++this.lastID);
  }

  /**
   * @param {Omit<Job, 'resolve'|'reject'>} call
   * @param {AbortSignal} [signal]
   * @returns {Promise<{result: any, input?: Uint8Array}>}
   */
  call(call, signal) {
    return new Promise((resolve, reject) => {
      if (this.closed) throw new SipsealError('ClosedError', 'the inspector is closed');
      signal?.throwIfAborted();
      const abort = () => this.giveUp(job, /** @type {AbortSignal} */ (signal).reason);
      const done = () => signal?.removeEventListener('abort', abort);
      /** @type {Job} */
      const job = {
        ...call,
        resolve: (r) => {
          done();
          resolve(r);
        },
        reject: (e) => {
          done();
          reject(e);
        },
      };
      signal?.addEventListener('abort', abort);
      this.queue.push(job);
      this.pump();
    });
  }

  /** Gives waiting calls to idle workers, and hires one where that helps. */
  pump() {
    if (this.closed) return;
    for (const member of this.members) {
      if (!member.ready || member.job) continue;
      const job = this.queue.shift();
      if (!job) return;
      member.job = job;
      member.timer = Number.isFinite(job.timeout)
        ? setTimeout(
            () => {
              const after = job.timeout >= 1000 ? job.timeout / 1000 + ' s' : job.timeout + ' ms';
              this.giveUp(job, new SipsealError('TimeoutError', `the call was cancelled after ${after}`));
            },
            Math.min(job.timeout, (job.until ?? Infinity) - Date.now()),
          )
        : undefined;
      try {
        member.port.post({ id: this.idOf(job), name: job.name, args: job.args }, job.transfer);
      } catch (e) {
        clearTimeout(member.timer);
        member.job = undefined;
        job.reject(e);
      }
    }
    // hiring counts only those on their way; members that start are ready soon.
    if (this.queue.length > this.hiring && this.members.size + this.hiring < this.size) {
      this.grow().catch((e) => {
        // No worker could be had: nobody is left to do what waits.
        if (this.members.size === 0 && this.hiring === 0) for (const job of this.queue.splice(0)) job.reject(e);
      });
    }
  }

  /**
   * @param {Job} job
   * @param {unknown} reason
   */
  giveUp(job, reason) {
    const i = this.queue.indexOf(job);
    if (i >= 0) this.queue.splice(i, 1);
    for (const member of this.members) {
      if (member.job !== job) continue;
      this.dismiss(member);
      // A replacement at once, so that the next call need not wait for it.
      if (!this.closed && this.members.size + this.hiring === 0) this.grow().catch(() => {});
    }
    job.reject(reason);
    this.pump();
  }

  /**
   * Ends every worker, and with it all that it was given: at once, or with the call that
   * it makes. Calls that wait were given what they have before, too.
   */
  forget() {
    for (const job of this.queue) job.last = true;
    for (const member of [...this.members]) {
      if (member.job) member.job.last = true;
      else if (member.ready) this.dismiss(member);
    }
    if (!this.closed && this.members.size + this.hiring === 0) this.grow().catch(() => {});
  }

  close() {
    this.closed = true;
    const error = new SipsealError('ClosedError', 'the inspector was closed');
    for (const member of [...this.members]) {
      const { job } = member;
      this.dismiss(member);
      job?.reject(error);
    }
    for (const job of this.queue.splice(0)) job.reject(error);
  }
}

/**
 * A port on a browser's worker.
 * @param {Worker} worker
 * @returns {Port}
 */
export function browserPort(worker) {
  /** @type {Port} */
  const port = {
    post: (m, t) => worker.postMessage(m, t ?? []),
    kill: () => worker.terminate(),
    onmessage: () => {},
    onerror: () => {},
  };
  worker.onmessage = (e) => port.onmessage(e.data);
  worker.onmessageerror = () => port.onerror('a message could not be read');
  worker.onerror = (e) => {
    e.preventDefault();
    port.onerror(e.message || 'its script could not be loaded');
  };
  return port;
}

/**
 * A port on one of Node's worker threads.
 * @param {URL} url
 * @returns {Promise<Port>}
 */
export async function nodePort(url) {
  const { Worker } = await nodeModule('node:worker_threads');
  const worker = new Worker(url);
  // A worker that waits must not keep the process from ending; one that works does.
  worker.unref();
  /** @type {Port} */
  const port = {
    post: (m, t) => {
      worker.ref();
      worker.postMessage(m, t);
    },
    kill: () => {
      worker.terminate();
    },
    onmessage: () => {},
    onerror: () => {},
  };
  worker.on('message', (/** @type {any} */ data) => {
    if (data.type !== 'begun') worker.unref();
    port.onmessage(data);
  });
  worker.on('error', (/** @type {unknown} */ e) => port.onerror(e));
  return port;
}
