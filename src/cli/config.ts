/** `heimdall config check|schema|sample`. */
import { Command } from 'commander';
import { loadConfig, renderJsonSchema, renderSample } from '../config/index.js';
import { checkNeighbours, checkOfficialNames } from './doctor/identities.js';

/** The command with its three parts; errors of the configuration are thrown (exit code 78 is main's business). */
export function configCommand(): Command {
  const config = new Command('config').description('check, explain and describe the configuration');
  config
    .command('check')
    .description('say everything that is wrong with a configuration, or that nothing is')
    .requiredOption('--config <file>', 'the configuration to check')
    .action((options: { config: string }) => {
      const config = loadConfig(options.config);
      const { homeserver, protected_identities: identities, dry_run: dryRun } = config;
      for (const { found, remedy } of [...checkOfficialNames(config), ...checkNeighbours(config)])
        process.stderr.write(`${found}\n${remedy ?? ''}\n`);
      process.stdout.write(
        `${options.config} is right: ${homeserver.server_name}, ${identities.length} protected ` +
          `${identities.length === 1 ? 'identity' : 'identities'}${dryRun ? ', dry run' : ''}.\n`,
      );
    });
  config
    .command('schema')
    .description('print the JSON schema of the configuration, for editors')
    .action(() => {
      process.stdout.write(renderJsonSchema());
    });
  config
    .command('sample')
    .description('print a configuration with every key explained')
    .action(() => {
      process.stdout.write(renderSample());
    });
  return config;
}
