import { setFlagsFromString } from 'node:v8';

/**
 * V8 optimisations that do not pay for a service like this. Three cost about 65 MB of memory without a measurable gain
 * in speed: the young generation grows to 34 MB during the start, the old one to a multiple before it is collected, and
 * the HTTP parser, which is WebAssembly, is recompiled with all optimisations. And a young generation that stays small
 * is collected sooner by one thread than by waking others, which took 4 % of the processor under load.
 */
export const AT_BEGINNING: readonly string[] = [
  '--semi-space-growth-factor=1',
  '--heap-growing-percent=60',
  '--no-wasm-tier-up',
  '--no-wasm-dynamic-tiering',
  '--no-parallel-scavenge',
];

/**
 * What is called again and again is compiled with all optimisations four times as soon as V8 would do it by itself:
 * until then a ban takes up to 1.6 times as long, and few homeservers keep us so busy that it is soon over. During the
 * start, which needs most code for a moment, it would cost a tenth. The flags are other ones since Node 22.
 */
export const ONCE_READY: readonly string[] =
  Number(process.versions.node.split('.')[0]) < 22
    ? ['--interrupt-budget=15000']
    : ['--invocation-count-for-maglev=100', '--invocation-count-for-turbofan=700'];

export function setFlags(flags: readonly string[]): void {
  for (const flag of flags) setFlagsFromString(flag);
}
