/**
 * The help in German: translations of the commands' and options' descriptions, by command and option. Names of
 * commands, arguments and options are the same in every language.
 */
export const SUMMARIES_DE: Readonly<Record<string, string>> = {
  cases:
    'Zeigt die offenen Fälle, zuletzt geänderte zuerst; `all` oder ein Stand zeigt andere, eine Zahl ist die Seite.',
  case: 'Zeigt einen Fall: wer, warum, was getan wurde. Nach seiner Nummer oder der Kennung, um die es geht.',
  'cases raid': 'Zeigt die Fälle, die eine Sammelnachricht zusammen gemeldet hat, die schlimmsten zuerst.',
  'ban raid':
    'Schreibt Sperrregeln für alle noch nicht gesperrten Konten einer Angriffswelle; zeigt sie zuerst und fragt.',
  dismiss: 'Verwirft Fälle als harmlos: Regeln werden entfernt, Sperren aufgehoben. Nimmt Nummern und Bereiche.',
  close: 'Schließt erledigte Fälle ab; was getan wurde, bleibt. `all banned` schließt die mit geltender Sperre ab.',
  reopen: 'Öffnet verworfene oder abgeschlossene Fälle wieder.',
  claim: 'Übernimmt einen Fall.',
  assign: 'Gibt einen Fall an ein Mitglied des Moderationsraums.',
  note: 'Schreibt eine Notiz in den Verlauf eines Falls.',
  merge: 'Schließt einen Fall ab, weil er dieselbe Sache ist wie ein anderer; jeder nennt den anderen.',
  report: 'Meldet etwas, wie es jeder kann: ein Fall entsteht oder wächst, und die Abuse-Stelle erfährt es.',
  scan:
    'Durchsucht bestehende Konten und Mitglieder von Räumen nach falschen Konten. Eröffnet nur Fälle; mit ' +
    '--act geschieht, was die Reaktionen verlangen.',
  cancel:
    'Bricht einen Befehl ab, der noch läuft (Import, viele Sperren, Rauswürfe, Löschungen, Suchlauf): was nicht ' +
    'begonnen hat, geschieht nicht.',
  ban:
    'Schreibt eine Sperrregel: ein Konto wird aus allen geschützten Räumen gesperrt, ein Server durch deren ' +
    'Server-ACL.',
  takedown:
    'Schreibt eine Takedown-Regel: eine Sperre und, je nach Einstellung, Löschen, Aussetzen, Quarantäne, ' +
    'blockierte Räume.',
  allow:
    'Schreibt eine Ausnahme: Sperrregeln treffen das Genannte nicht, und Sperren, die nur Regeln verlangten, ' +
    'werden aufgehoben.',
  default: 'Zeigt oder setzt die Liste, in die ban und takedown schreiben, wenn keine genannt ist.',
  unban:
    'Entfernt Sperr- und Takedown-Regeln und hebt ihre Sperren auf. Mit true werden alle passenden Sperren in ' +
    'den geschützten Räumen aufgehoben, wer immer sie gesetzt hat.',
  unallow: 'Entfernt eine Ausnahme: die Sperrregeln gelten wieder.',
  kick:
    'Wirft jemanden aus einem geschützten Raum oder aus allen, ohne Sperre. Ein Muster oder ein Server ' +
    'meint alle, auf die es passt.',
  redact:
    'Löscht die letzten Nachrichten von jemandem in einem geschützten Raum oder in allen, oder ein Ereignis ' +
    '(Link, oder Kennung und Raum). Das lässt sich nicht rückgängig machen.',
  suspend: 'Setzt ein Konto dieses Servers aus: es kann nur lesen und sich abmelden. Braucht einen Server-Admin.',
  unsuspend: 'Hebt die Aussetzung eines Kontos dieses Servers auf.',
  deactivate: 'Deaktiviert ein Konto dieses Servers für immer. Fragt vorher; braucht einen Server-Admin.',
  rooms: 'Zeigt die geschützten Räume.',
  'rooms add': 'Schützt einen Raum, nach Kennung, Alias oder Link. Ein Space schließt seine Räume ein.',
  'rooms remove': 'Beendet den Schutz eines Raums. Seine Sperren und seine Server-ACL bleiben, wie sie sind.',
  verify: 'Prüft, ob ich in jedem geschützten Raum die nötigen Rechte habe.',
  'status joins':
    'Zeigt, wie viele Leute einem Raum, oder jedem geschützten, in der letzten Stunde oder seit einer Zeit ' +
    'beigetreten sind.',
  watch:
    'Beobachtet eine Sperrliste, nach Kennung oder Alias: ihre Regeln wirken in allen geschützten Räumen. Die ' +
    'Antwort nennt, wen sie trifft.',
  unwatch: 'Beobachtet eine Sperrliste nicht mehr: Sperren, die nur sie verlangte, werden aufgehoben.',
  lists: 'Zeigt die beobachteten Listen.',
  'lists lift':
    'Hebt die Sperren auf, die eine Änderung einer Liste aufheben würde und die auf deine Entscheidung warten.',
  sync: 'Liest alle Listen und geschützten Räume neu und holt nach, was fehlt.',
  preview:
    'Zeigt, welche Leute und Server eine Sperrliste träfe, wenn sie beobachtet würde. Beobachtet wird sie noch nicht.',
  'list create':
    'Legt eine Regelliste mit Alias an und beobachtet sie. Mit ban SHORTCODE … wird hineingeschrieben; default ' +
    'macht sie zum Standard.',
  rules: 'Zeigt die geltenden Regeln (einer Liste, oder die auf etwas passen), oder die, die nichts besagen.',
  match: 'Zeigt, welche Regeln auf Konten, Räume oder Server passen.',
  'rules members': 'Zeigt, welche Leute in den geschützten Räumen eine Sperrregel trifft, und welche Regel.',
  allowed: 'Zeigt die Ausnahmen: was von den Sperrregeln ausgenommen ist, und bis wann.',
  protections: 'Zeigt die Schutzfunktionen und wo sie an sind.',
  'protections show': 'Zeigt eine Schutzfunktion mit ihren Einstellungen.',
  'protections preset':
    'Richtet die Schutzfunktionen eines Raums nach seiner Art ein: announcements, support, busy, small; none ' +
    'nimmt das zurück.',
  'protections simulate':
    'Lässt eine Schutzfunktion über die letzte Zeit eines Raums laufen und zeigt, wen sie getroffen hätte. ' +
    'Nichts geschieht.',
  enable: 'Schaltet eine Schutzfunktion ein, in einem Raum oder Space oder in allen geschützten Räumen.',
  disable: 'Schaltet eine Schutzfunktion aus, in einem Raum oder Space oder überall.',
  'config get': 'Zeigt die Einstellungen einer Schutzfunktion, oder eine davon.',
  'config set':
    'Setzt eine Einstellung einer Schutzfunktion, überall oder für einen Raum oder Space. Eine Dauer schreibt ' +
    'man 30m, 24h, 7d.',
  'config add':
    'Fügt einer Liste einer Schutzfunktion etwas hinzu: Wörter, die zusammengehören, sind ein Eintrag; Kommas ' +
    'trennen Einträge.',
  'config remove': 'Entfernt Einträge aus einer Liste einer Schutzfunktion.',
  'config reset':
    'Setzt eine Einstellung einer Schutzfunktion, oder alle, auf den Standard zurück, überall oder für einen ' +
    'Raum oder Space.',
  'campaign ban': 'Sperrt alle Konten einer Kampagne, jedes durch eine Regel.',
  lockdown: 'Macht einen geschützten Raum, oder alle, nur noch auf Einladung zugänglich.',
  'lockdown end': 'Beendet eine Abriegelung, oder alle: die Beitrittsregeln sind wie vorher.',
  'mail list': 'Zeigt die letzten Mails an Abuse-Stellen und ihren Stand.',
  'mail show': 'Zeigt eine Mail, wie sie geschrieben wurde, und die Antworten zu ihrem Fall.',
  'mail resend': 'Schickt eine Mail noch einmal, Byte für Byte.',
  'mail test': 'Schickt eine Testmail an unsere eigene Abuse-Stelle und sagt, was der Mailserver antwortete.',
  'mail forward': 'Schreibt an die Abuse-Stelle des fremden Servers, einmal je Fall.',
  'warn victims':
    'Warnt die Konten dieses Servers, die ein sicher falsches Konto eingeladen oder in einem kleinen Raum ' +
    'getroffen hat.',
  status: 'Zeigt, wie es Heimdall geht.',
  check: 'Zeigt, ob ein Konto wie das offizielle aussieht, und warum.',
  'go live': 'Beendet den Probelauf, nach einer Vorschau dessen, was bisher nur durchgespielt wurde. Fragt vorher.',
  'go dry': 'Beginnt einen Probelauf: Heimdall entscheidet und berichtet, ändert aber nichts, bis „go live“.',
  undo:
    'Macht rückgängig, was getan wurde: mit dem Gegenstand eines Falls, durch den Befehl, auf den das ' +
    'antwortet, oder von dir seit einer Zeit.',
  mute: 'Schaltet jemanden in einem geschützten Raum oder in allen stumm; mit --for endet es von selbst.',
  unmute:
    'Lässt jemanden wieder schreiben, den ich stummgeschaltet habe, außer die Rechtestufe wurde seither geändert.',
  since:
    'Wirft hinaus, sperrt, schaltet stumm oder zeigt, wer seit einer Zeit beigetreten ist, höchstens so viele, ' +
    'die neuesten zuerst.',
  import: 'Schreibt die Sperren eines Raums und die Server, die seine Server-ACL aussperrt, als Regeln in eine Liste.',
  lock: 'Verriegelt ein Konto dieses Servers: es kann nichts tun, bis es entriegelt wird. Braucht einen Server-Admin.',
  unlock: 'Entriegelt ein Konto dieses Servers.',
  'quarantine-media':
    'Nimmt Medien in Quarantäne: eines Kontos dieses Servers, eines Raums (fragt vorher), eines Ereignisses (ein ' +
    'Link, oder seine Kennung und der Raum) oder eine Datei (mxc://…). Braucht einen Server-Admin.',
  'unquarantine-media':
    'Entlässt eine Datei (mxc://…), oder was ein Ereignis zeigt, aus der Quarantäne und vergisst, wie sie aussieht. ' +
    'Braucht einen Server-Admin.',
  powerlevel: 'Setzt die Rechtestufe von jemandem in einem geschützten Raum oder in allen.',
  'make admin':
    'Gibt einem Konto dieses Servers (oder dem Bot) die höchste Rechtestufe in einem Raum, über die Admin-API.',
  'shutdown room':
    'Entfernt einen Raum von diesem Server: alle werden entfernt, er wird blockiert und gelöscht. Das lässt ' +
    'sich nicht rückgängig machen.',
  'rooms block':
    'Blockiert einen Raum auf diesem Server, sodass ihm hier niemand beitreten kann; rooms unblock hebt es auf.',
  'rooms unblock': 'Hebt die Blockade eines Raums auf.',
  'alias add': 'Legt einen Alias auf diesem Server an, der zu einem Raum führt.',
  'alias remove': 'Entfernt einen Alias dieses Servers.',
  move: 'Lässt einen Alias dieses Servers zu einem anderen Raum führen.',
  resolve: 'Zeigt, zu welchem Raum ein Alias führt.',
  directory: 'Trägt einen Raum ins öffentliche Verzeichnis dieses Servers ein oder nimmt ihn heraus.',
  join: 'Lässt den Bot einem Raum beitreten. Um einen Raum zu schützen, nimm rooms add.',
  knock: 'Lässt den Bot bei einem Raum anklopfen. Um einen Raum zu schützen, nimm rooms add.',
  leave: 'Lässt den Bot einen Raum verlassen. Um einen Raum zu schützen, nimm rooms add.',
  displayname: 'Setzt den Anzeigenamen des Bots bis zum nächsten Start; der setzt den aus der Konfiguration.',
  avatar: 'Setzt das Bild des Bots auf eine mxc://-URI.',
  'send-as-bot': 'Schickt einen Hinweis in einen Raum, in dem der Bot ist.',
  explain:
    'Zeigt, warum etwas gesperrt oder ausgenommen ist: Regeln mit Ende und Liste, der Fall dazu, und wo es ' +
    'gesperrt ist.',
  search: 'Findet Regeln, deren Ziel oder Grund auf ein Muster passt oder einen Text enthält.',
  audit:
    'Zeigt, wer was getan hat, Neuestes zuerst: von jemandem (Benutzerkennung), von einer Art (case.dismissed) ' +
    'oder seit einer Zeit.',
  responses: 'Zeigt, wozu jedes Urteil führt. Das steht in der Konfiguration.',
  version: 'Zeigt die Version von Heimdall.',
  'rooms info': 'Zeigt, was der Homeserver über einen Raum weiß. Braucht einen Server-Admin.',
  export:
    'Schickt die Fälle, oder die Regeln einer Liste oder aller, als Datei in diesen Raum: NDJSON, ein ' +
    'JSON-Objekt je Zeile.',
  'rooms setup': 'Sagt, wie Meldungen hier ankommen: in einem Raum muss nichts eingerichtet werden.',
  'safe-mode': 'Sagt, was an die Stelle eines abgesicherten Modus tritt: der Probelauf.',
  'allow-invite': 'Sagt, was an die Stelle durchgelassener Einladungen tritt: hier werden keine aufgehalten.',
  official: 'Zeigt die geschützten offiziellen Konten: Namen, Domains und weitere bekannte Kennungen.',
  'official add':
    'Fügt ein offizielles Konto hinzu, mit seinem Anzeigenamen, falls es einen hat. Sagt zuerst, wer so aussieht.',
  'official variant': 'Fügt eine weitere bekannte Kennung eines offiziellen Kontos hinzu: sie wird nie beschuldigt.',
  'official remove': 'Entfernt, was official add oder official variant hinzugefügt hat.',
  web: 'Schickt dir als Direktnachricht einen Link zu den Webseiten. Er gilt einmal und 10 Minuten lang.',
  'privacy export':
    'Zeigt, was über und von jemandem gespeichert ist. Fragt vorher; die Daten selbst zeigt nur die Shell.',
  'privacy erase':
    'Löscht, was über und von jemandem gespeichert ist. Fragt vorher; das lässt sich nicht rückgängig machen.',
  yes: 'Sagt Ja zu der Frage, auf die das antwortet, oder zur einzigen offenen.',
  no: 'Sagt Nein dazu: nichts geschieht.',
  help: 'Zeigt die Befehle: alle Namen, die eines Themas, oder einen mit seinen Beispielen.',
};

export const OPTIONS_DE: Readonly<Record<string, string>> = {
  '--yes': 'Tut es, ohne vorher zu fragen.',
  '--act': 'Tut, was die Reaktionen verlangen.',
  '--fresh': 'Beginnt von vorn, statt fortzusetzen.',
  '--for TIME': 'Endet nach dieser Zeit von selbst: 30m, 12h, 7d, 2w.',
  '--invite': 'Lädt Gesperrte auch wieder in die Räume ein.',
  '--quarantine': 'Nimmt auch die Medien von Konten dieses Servers in Quarantäne.',
  '--trust-allow': 'Ihre Ausnahmen gelten auch für Leute, die andere Listen sperren.',
  '--no-apply': 'Sieht ihre Regeln nur an (match, search, explain): keine wirkt.',
  '--no-acl': 'Ihre Regeln für Server bleiben aus den Server-ACLs heraus.',
  '--no-unban': 'Sperren, die sie fallen lässt, werden nicht von selbst aufgehoben: sie warten auf lists lift.',
  '--suspend': 'Ihre Takedown-Regeln setzen Konten dieses Servers aus.',
  '--quiet': 'PolicyChangeNotification meldet ihre Änderungen nicht.',
};

export const GROUPS_DE: Readonly<Record<string, string>> = {
  Cases: 'Fälle',
  Bans: 'Sperren',
  People: 'Leute',
  Rooms: 'Räume',
  Lists: 'Listen',
  Protections: 'Schutzfunktionen',
  Accounts: 'Konten',
  Bot: 'Bot',
  General: 'Allgemein',
};
