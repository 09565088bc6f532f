/** Synapse's admin API as far as takedowns need it, for the stub homeserver. */
export interface ModeratedAccount {
  admin?: boolean;
  suspended?: boolean;
  deactivated?: boolean;
  /** media id to who quarantined it */
  media?: Map<string, string | null>;
}

export interface StubModeration {
  /** false: the caller is not a server admin, everything is refused */
  rights: boolean;
  accounts: Map<string, ModeratedAccount>;
  blocked: Set<string>;
  /** redaction tasks that were started, oldest first */
  tasks: { id: string; userId: string; roomId: string; looks: number }[];
  /** how often a task is "active" before it is complete */
  taskLooks: number;
}

export function stubModeration(rights = true): StubModeration {
  return { rights, accounts: new Map(), blocked: new Set(), tasks: [], taskLooks: 1 };
}

interface Answer {
  status: number;
  body: unknown;
}

const ok = (body: unknown): Answer => ({ status: 200, body });
const no = (status: number, errcode: string): Answer => ({ status, body: { errcode, error: errcode } });

/** `parts` are those after `/_synapse/admin/v1|v2`. `redactAll` does what a finished task did. */
export function moderationAnswer(
  admin: StubModeration,
  method: string,
  parts: string[],
  body: Record<string, unknown>,
  redactAll: (roomId: string, userId: string) => void,
): Answer {
  if (!admin.rights) return no(403, 'M_FORBIDDEN');
  const [area = '', id = '', verb = '', verb2 = ''] = parts;
  const account = admin.accounts.get(id);
  if (area === 'rooms' && verb === 'block') {
    if (method === 'PUT') admin.blocked[body.block === true ? 'add' : 'delete'](id);
    return ok({ block: admin.blocked.has(id) });
  }
  if (area === 'user' && id === 'redact_status') return taskAnswer(admin, verb, redactAll);
  if (area === 'user' && verb === 'redact') {
    if (admin.tasks.some((task) => task.userId === id && task.looks < admin.taskLooks)) return no(400, 'M_UNKNOWN');
    admin.tasks.push({
      id: `task${admin.tasks.length}`,
      userId: id,
      roomId: String((body.rooms as string[])[0]),
      looks: 0,
    });
    return ok({ redact_id: admin.tasks.at(-1)?.id });
  }
  if (area === 'media' && id === 'unquarantine') {
    for (const one of admin.accounts.values()) if (one.media?.has(verb2) === true) one.media.set(verb2, null);
    return ok({});
  }
  if (account === undefined) return no(404, 'M_NOT_FOUND');
  if (area === 'users' && verb === 'media')
    return ok({
      media: [...(account.media ?? [])].map(([media_id, quarantined_by]) => ({ media_id, quarantined_by })),
      total: account.media?.size ?? 0,
    });
  if (area === 'users')
    return ok({
      name: id,
      admin: account.admin ?? false,
      suspended: account.suspended ?? false,
      deactivated: account.deactivated ?? false,
    });
  if (area === 'suspend') account.suspended = body.suspend === true;
  if (area === 'deactivate') account.deactivated = true;
  if (area === 'user' && verb === 'media')
    for (const media of account.media?.keys() ?? [])
      if (account.media?.get(media) == null) account.media?.set(media, 'us');
  return ok({});
}

function taskAnswer(admin: StubModeration, id: string, redactAll: (roomId: string, userId: string) => void): Answer {
  const task = admin.tasks.find((one) => one.id === id);
  if (task === undefined) return no(404, 'M_NOT_FOUND');
  task.looks += 1;
  if (task.looks < admin.taskLooks) return ok({ status: 'active' });
  redactAll(task.roomId, task.userId);
  return ok({ status: 'complete', failed_redactions: {} });
}
