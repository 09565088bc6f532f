/** `heimdall config check|schema|sample`. */
import { Command } from 'commander';
import { loadConfig, renderJsonSchema, renderSample } from '../config/index.js';
import { checkNeighbours, checkOfficialNames } from './doctor/identities.js';
import { texts } from './texts.js';

/** The command with its three parts; configuration errors are thrown (main turns them into exit code 78). */
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
        texts.config.valid({
          file: options.config,
          server: homeserver.server_name,
          identities: identities.length,
          dryRun,
        }),
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
