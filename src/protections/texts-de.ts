import type { Translated } from '../util/catalogue.js';
import { countedDe } from '../util/counted.js';
import type { English } from './texts.js';

/** German: what protections say to people. */
export const de: Translated<English> = {
  elsewhere: {
    MemberBanSynchronisationProtection: 'hier immer an: Regeln für Konten werden zu Sperren',
    ServerBanSynchronisationProtection: 'hier immer an: Regeln für Server werden zu Server-ACLs',
    ServerACLSynchronisationProtection: 'hier immer an: Regeln für Server werden zu Server-ACLs',
    RedactionSynchronisationProtection: 'hier immer an: mit einer Sperre kann auch gehen, was geschrieben wurde',
    LocalAbuseReportsProtection: 'hier immer an: aus Meldungen werden Fälle',
    RoomTakedownProtection: 'nicht übernommen; hier ist das takedown.block_rooms in der Konfiguration',
    HomeserverUserPolicyApplicationProtection: 'nicht übernommen; hier erledigt das eine Takedown-Regel',
    BlockInvitationsOnServerProtection: 'nicht übernommen; hier ist das der Antispam-Endpunkt des Homeservers',
  },
  presets: {
    announcements: 'Wenige schreiben, viele lesen.',
    support: 'Neue fragen um Rat, mit Bildern und Links.',
    busy: 'Ein großer öffentlicher Raum.',
    small: 'Man kennt sich: dir wird berichtet, getan wird kaum etwas.',
  },
  traits: {
    text: 'demselben Text',
    picture: 'demselben Bild',
    link: 'demselben Link',
    name: 'Namen von derselben Form',
  },
  campaign: (accounts, what, window) =>
    `eine Kampagne: ${countedDe(accounts, 'neues Konto', 'neue Konten')} mit ${what} innerhalb von ${window}`,
  openRegistration: (server) =>
    `jeder kann auf ${server} Konten anlegen: verlangt wird weder Mailadresse noch Captcha noch Token`,
};
