import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/**
 * A package that few runs need, as a function that loads it when it is first called: start-up does not wait for it, and
 * it takes no memory until then. CommonJS packages only, which can be loaded in the midst of a function.
 */
export function later<Package>(name: string): () => Package {
  let loaded: Package | undefined;
  return () => (loaded ??= require(name) as Package);
}
