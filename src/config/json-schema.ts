/** The JSON schema of the configuration, for editors (docs/config.schema.json). */
import { z } from 'zod';
import { configSchema } from './schema.js';

/** JSON text with a newline at its end. Draft 7, which the YAML plug-ins of editors know. */
export function renderJsonSchema(): string {
  const schema = z.toJSONSchema(configSchema, { io: 'input', target: 'draft-7' });
  return `${JSON.stringify({ title: 'Heimdall configuration', ...schema }, null, 2)}\n`;
}
