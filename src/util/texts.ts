/** What is said of the surroundings, before any module is there. */
export const utilTexts = {
  notALogLevel: (level: string) => `HEIMDALL_LOG_LEVEL is ${JSON.stringify(level)}, which is not a log level.`,
  logLevels: (levels: readonly string[]) => `Use one of ${levels.join(', ')}.`,
  notUtf8: 'The line is not valid UTF-8.',
  notJson: (why: string) => `The line is not JSON: ${why}`,
  notAnArray: 'not an array',
  unknownReason: 'unknown reason',
};
