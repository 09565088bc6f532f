import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import chromium from '@sparticuz/chromium';
import { chromium as playwright, type Page } from 'playwright-core';
import sharp from 'sharp';
import { signInLink } from './pages.js';
import { cloneRoot } from './root.js';
import { SCENES } from './scenes/index.js';
import { createTerminal } from './terminal.js';
import { waitFor } from './wait.js';
import { buildWorld, Closers, freshDir, type World } from './world.js';

/** Where the pictures of the documentation lie. */
const FOLDER = path.join(cloneRoot(), 'docs', 'pictures');

/** `npm run screenshots`: plays the sandbox's attack and takes pictures of the pages that show it. */
export async function screenshots(): Promise<void> {
  const terminal = createTerminal();
  const closers = new Closers();
  const dir = freshDir();
  try {
    const world = await buildWorld(terminal, closers, dir);
    const impostors: string[] = [];
    for (const scene of SCENES) impostors.push((await scene.play(world)).impostor.userId);
    const browser = await playwright.launch({
      executablePath: await chromium.executablePath(),
      args: ['--no-sandbox', '--disable-background-networking', '--disable-dev-shm-usage'],
      headless: true,
    });
    closers.add(() => browser.close());
    const page = await (await browser.newContext({ viewport: { width: 1000, height: 720 } })).newPage();
    await takeAll(page, world, impostors);
  } finally {
    await closers.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function takeAll(page: Page, world: World, impostors: readonly string[]): Promise<void> {
  const { pagesUrl } = world;
  mkdirSync(FOLDER, { recursive: true });
  // the one whose id alone gives it away: visitors see no display names of strangers
  const twin = impostors.find((userId) => userId.startsWith('@5erver:')) ?? '';
  await page.goto(`${pagesUrl}/check?id=${encodeURIComponent(twin)}`);
  await take(page, 'pages-check.png');
  const moderator = world.moderators.freya;
  await page.goto(await signInLink({ moderator, managementRoom: world.rooms.management, botUserId: world.botUserId }));
  await waitFor(
    async () => {
      await page.goto(`${pagesUrl}/cases?state=all`);
      return (await page.getByRole('link', { name: /^Case \d/ }).count()) >= impostors.length;
    },
    { what: 'a case for each impostor', timeoutMs: 60_000 },
  );
  await take(page, 'pages-cases.png');
  await page
    .getByRole('link', { name: /^Case \d/ })
    .last()
    .click();
  await take(page, 'pages-case.png');
  const caseAddress = page.url();
  const tried = new URLSearchParams({ id: twin, name: 'Asgard (Official Account)' }).toString();
  for (const [name, address] of [
    ['home', '/'],
    ['notice', '/notice'],
    ['transparency', '/transparency'],
    ['person', `${new URL(caseAddress).pathname}/person`],
    ['server', `${new URL(caseAddress).pathname}/server`],
    ['rooms', '/rooms'],
    ['lists', '/lists'],
    ['rules', `/rules?${tried}`],
    ['protections', '/protections'],
    ['mail', '/mail'],
    ['audit', '/audit'],
    ['figures', '/figures'],
  ] as const) {
    await page.goto(pagesUrl + address);
    await take(page, `pages-${name}.png`);
  }
}

/** Few colours, so that a picture is small. */
async function take(page: Page, name: string): Promise<void> {
  const file = path.join(FOLDER, name);
  writeFileSync(
    file,
    await sharp(await page.screenshot())
      .png({ palette: true, colours: 64, effort: 10 })
      .toBuffer(),
  );
  console.log(`${path.relative(cloneRoot(), file)}: ${(statSync(file).size / 1000).toFixed(0)} kB`);
}
