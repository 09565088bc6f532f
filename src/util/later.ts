import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/**
 * A rarely needed package, as a function that loads it when first called: it does not delay the start and takes no
 * memory until then. CommonJS packages only, since they can be loaded inside a function.
 */
export function later<Package>(name: string): () => Package {
  let loaded: Package | undefined;
  return () => (loaded ??= require(name) as Package);
}
