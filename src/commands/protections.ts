import { campaignBan } from './protections/campaign.js';
import { lockdown, lockdownEndCommand } from './protections/lockdown.js';
import { protections, show } from './protections/list.js';
import { preset } from './protections/preset.js';
import { changes, get, reset } from './protections/settings.js';
import { simulate } from './protections/simulate.js';
import { disable, enable } from './protections/switch.js';
import type { Command } from './spec.js';

/** Commands about protections: which exist, where they are enabled, their settings, and what they would do. */
export const protectionCommands: readonly Command[] = [
  protections,
  show,
  preset,
  simulate,
  enable,
  disable,
  get,
  ...changes,
  reset,
  campaignBan,
  lockdown,
  lockdownEndCommand,
];
