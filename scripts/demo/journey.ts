/** The demo as somebody sees it who sits before a browser: Chromium without a window. The test goes this way, and so does the picture of it. */
import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import type { accounts, Demo } from './start.js';

/** Debian's. */
const program = '/usr/bin/chromium';
export const hasBrowser = existsSync(program);

type Account = Pick<(typeof accounts)[keyof typeof accounts], 'name' | 'password'>;

/** Throws a sentence where there is none. */
export async function openBrowser(): Promise<Browser> {
  if (!hasBrowser) throw new Error(`There is no ${program}: apt-get install chromium fonts-wqy-microhei`);
  // Chromium refuses to run as root in its sandbox, and containers have little shared memory.
  const root = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath: program, args: [...root, '--disable-dev-shm-usage', '--disable-gpu'] });
}

/** A new visitor, who reads Chinese. */
export async function newPage(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ locale: 'zh-CN', viewport: { width: 960, height: 760 } });
  return context.newPage();
}

export async function signIn(page: Page, { name, password }: Account): Promise<void> {
  await page.getByLabel('账户名').fill(name);
  await page.getByLabel('密码', { exact: true }).fill(password);
  await page.getByRole('button', { name: '登录', exact: true }).click();
}

/** By pinyin. */
export async function choosePatient(page: Page, search: string, name: string): Promise<void> {
  await page.getByRole('searchbox').fill(search);
  await page.getByRole('button', { name: '查找', exact: true }).click();
  await page.getByRole('button', { name }).click();
}

export async function agree(page: Page): Promise<void> {
  await page.getByRole('button', { name: '允许', exact: true }).click();
  await page.locator('#name').waitFor();
}

/** The record of a patient as a doctor sees it in the app. */
export async function photograph(demo: Demo, account: Account, file: string): Promise<void> {
  const browser = await openBrowser();
  try {
    const page = await newPage(browser);
    await page.goto(demo.app);
    await page.getByRole('button', { name: '登录并打开档案' }).click();
    await signIn(page, account);
    await choosePatient(page, 'zhangxiaomei', '张晓梅');
    await agree(page);
    await page.screenshot({ path: file, fullPage: true });
  } finally {
    await browser.close();
  }
}
