import { TestEnvironment } from 'jest-environment-node';

const PATIENCE = Number(process.env.HEIMDALL_PATIENCE ?? 1);

/**
 * A time-out is there to end what hangs, not to measure: on a machine that is busy with other things everything may take
 * many times as long. So what a test or hook names itself is multiplied, and is never less than the configuration's
 * `testTimeout`.
 */
export default class PatientEnvironment extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    this.leastMs = config.globalConfig.testTimeout;
  }

  handleTestEvent(event) {
    const timed = event.name === 'test_fn_start' ? event.test : event.name === 'hook_start' ? event.hook : undefined;
    if (timed?.timeout !== undefined) timed.timeout = Math.max(timed.timeout * PATIENCE, this.leastMs);
  }
}
