/** Texts about the environment, needed before any module is loaded. */
export const utilTexts = {
  notALogLevel: (level: string) => `HEIMDALL_LOG_LEVEL is ${JSON.stringify(level)}, which is not a log level.`,
  logLevels: (levels: readonly string[]) => `Use one of ${levels.join(', ')}.`,
  notUtf8: 'The line is not valid UTF-8.',
  notJson: (why: string) => `The line is not JSON: ${why}`,
  notAnArray: 'not an array',
  isFolder: 'it is a folder',
  isDevice: 'it is not a file but a device or a socket',
  tooLarge: (kilobytes: number) => `it is larger than ${kilobytes.toLocaleString('en')} kB`,
  nobodyWrites: 'it is a pipe that nobody writes to',
  isUtf16: 'it is UTF-16; save it as UTF-8',
  isNotUtf8: 'it is not UTF-8 text; save it as UTF-8',
  unknownReason: 'unknown reason',
};
