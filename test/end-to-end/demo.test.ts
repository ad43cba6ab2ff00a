/** `npm run demo` in a browser: an app on another origin, the server's pages, scripts and cookies as they are in earnest. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { agree, choosePatient, hasBrowser, newPage, openBrowser, signIn } from '../../scripts/demo/journey.js';
import { accounts, type Demo, startDemo } from '../../scripts/demo/start.js';

/** In CI it runs, and fails where there is no browser. */
const runs = hasBrowser || process.env.CI === 'true';
if (!runs)
  process.stdout.write('\nTHE DEMO WAS NOT TRIED IN A BROWSER: there is no Chromium (apt-get install chromium fonts-wqy-microhei)\n');

(runs ? describe : describe.skip)('the demo', () => {
  let demo: Demo;
  let browser: Browser;

  beforeAll(async () => {
    [demo, browser] = await Promise.all([startDemo({ port: 0, appPort: 0 }), openBrowser()]);
  });
  afterAll(async () => {
    await browser?.close();
    await demo?.close();
  });

  test('a doctor signs in, finds a patient by pinyin, agrees, sees the record in Chinese and English, and signs out', async () => {
    const page = await newPage(browser);
    const faults: string[] = [];
    page.on('pageerror', (error) => void faults.push(String(error)));
    page.on('console', (said) => void (said.type() === 'error' && faults.push(`${said.text()} ${said.location().url}`)));
    await page.goto(demo.app);
    await page.getByRole('button', { name: '登录并打开档案' }).click();
    await signIn(page, accounts.doctor);
    await choosePatient(page, 'zhangxiaomei', '张晓梅');
    await agree(page);
    expect(await page.locator('.banner').textContent()).toMatch(/张晓梅[\s\S]*女[\s\S]*1968-05-12[\s\S]*王丽华/);
    expect(await page.locator('#values').textContent()).toMatch(/2026-09-14糖化血红蛋白6\.5 % ↑/);
    expect(await page.locator('#prescriptions').textContent()).toContain('盐酸二甲双胍片');
    await page.getByRole('button', { name: 'English' }).click();
    expect(await page.locator('main').textContent()).toMatch(/Visits[\s\S]*Laboratory[\s\S]*Prescriptions/);
    expect(faults).toEqual([]);
    await page.getByRole('button', { name: 'Sign out' }).click();
    expect(await page.locator('#proof').textContent()).toBe('HTTP 401');
    await page.context().close();
  });

  test("a doctor's workstation opens the app for the patient in hand", async () => {
    const page = await newPage(browser);
    await page.goto(demo.workstation);
    await page.getByRole('row', { name: '李建国' }).getByRole('link').click();
    await signIn(page, accounts.doctor);
    await agree(page);
    expect(await page.locator('#name').textContent()).toBe('李建国');
    expect(await page.locator('#prescriptions').textContent()).toContain('苯磺酸氨氯地平片');
    await page.context().close();
  });
});
