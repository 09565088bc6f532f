import { randomBytes } from 'node:crypto';
import * as pages from './pages.js';
import { type ComposedMail, mailsOf, noteMail, getOrComposeMail } from './outbox.js';
import { protectionRows } from './protections.js';
import { erasePerson } from './erase-person.js';
import { exportPerson } from './export-person.js';
import type { OutboxRecord } from './records/mails.js';
import type { ProtectionRow } from './records/protections.js';
import type { Erasure, PersonalData } from './records/retention.js';
import type { ScanFind, ScanSummary } from './records/scans.js';
import { prune, type PruneOptions } from './retention.js';
import * as scans from './scans.js';
import type { MailQuery, MailRow, SavedFilter, WebToken } from './records/pages.js';
import { CaseLedger } from './case-ledger.js';
import type { Ledger } from './types.js';
/** The ledger over either database: with mails, scans, protections, the web pages' own rows, and privacy requests. */
export class SqlLedger extends CaseLedger implements Ledger {
  async outboxOf(actionId: number, compose: () => Promise<ComposedMail>): Promise<OutboxRecord> {
    return getOrComposeMail(this, actionId, compose);
  }

  async noteMail(outboxId: number, note: { sentAt: number | null; response: string }): Promise<void> {
    return this.write((tx) => noteMail(tx, outboxId, note));
  }

  async mailsOf(caseId: number): Promise<OutboxRecord[]> {
    return mailsOf(this.reader, caseId);
  }

  async mailPage(query: MailQuery): Promise<MailRow[]> {
    return pages.mailPage(this.reader, query);
  }

  async savedFilters(userId: string): Promise<SavedFilter[]> {
    return pages.savedFilters(this.reader, userId);
  }

  async webTokensOf(caseId: number, now: number): Promise<WebToken[]> {
    return pages.webTokensOf(this.reader, caseId, now);
  }

  async webToken(hash: string, now: number): Promise<WebToken | undefined> {
    return pages.webToken(this.reader, hash, now);
  }

  async meta(key: string): Promise<string | undefined> {
    const row = await this.reader.selectFrom('meta').select('value').where('name', '=', key).executeTakeFirst();
    return row?.value;
  }

  async scanHits(scan: string, page: { afterCaseId: number; limit: number; onlyNew?: boolean }): Promise<ScanFind[]> {
    return scans.scanHits(this.reader, scan, page);
  }

  async worstOfScan(scan: string, limit: number, onlyNew = false): Promise<ScanFind[]> {
    return scans.worstOfScan(this.reader, scan, limit, onlyNew);
  }

  async scanSummary(scan: string): Promise<ScanSummary> {
    return scans.scanSummary(this.reader, scan);
  }

  async protectionRows(now: number): Promise<ProtectionRow[]> {
    return protectionRows(this.reader, now);
  }

  async secret(name: string): Promise<string> {
    const stored = await this.#secret(name);
    if (stored !== undefined) return stored;
    // The first to store wins; the other uses that one.
    const value = randomBytes(32).toString('hex');
    await this.write((db) =>
      db
        .insertInto('secrets')
        .values({ name, value })
        .onConflict((c) => c.column('name').doNothing())
        .execute(),
    );
    const made = await this.#secret(name);
    if (made === undefined) throw new Error('heimdall: a secret that was just stored is gone');
    return made;
  }

  async #secret(name: string): Promise<string | undefined> {
    const row = await this.writer.selectFrom('secrets').select('value').where('name', '=', name).executeTakeFirst();
    return row?.value;
  }

  async prune(now: number, options?: PruneOptions): Promise<number> {
    return prune(this, now, options);
  }

  async exportPerson(userId: string): Promise<PersonalData> {
    return exportPerson(this.reader, userId, this.clock());
  }

  async erasePerson(userId: string, actor: string): Promise<Erasure> {
    const erasure = await this.transaction((tx) => erasePerson(tx, userId, { actor, at: this.clock() }));
    this.dueRevision += 1;
    await this.betweenCommits((db) => this.words.dropCopies(db));
    return erasure;
  }

  /** Performs a real write: a full disk or a read-only database still answers reads. */
  async ping(): Promise<void> {
    const value = String(this.clock());
    await this.write((db) =>
      db
        .insertInto('meta')
        .values({ name: 'ledger.ping', value })
        .onConflict((c) => c.column('name').doUpdateSet({ value }))
        .execute(),
    );
  }
}
