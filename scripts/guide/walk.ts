/** The way through the guide of somebody who sits before a browser: the test goes it, and the pictures of it are made on it. */
import type { Browser, Page } from 'playwright-core';

export interface Seen {
  readonly patient: string;
  readonly labReport: string;
  /** Pixels of the widest page on a telephone of 390. */
  readonly widest: number;
  /** What the browser complained of. */
  readonly faults: readonly string[];
}

const words = {
  zh: { locale: 'zh-CN', patient: '发送一位患者', report: '发送一份检验报告', home: '首页', json: '完整的 JSON', other: 'English' },
  en: { locale: 'en', patient: 'Send a Patient', report: 'Send a lab report', home: 'Home', json: 'The whole JSON', other: '中文' },
} as const;

export type Photograph = (page: Page, name: string) => Promise<unknown>;

/** `start`: the address of the first page, or one that leads there by the language. */
export async function walk(
  browser: Browser,
  start: string,
  language: 'zh' | 'en',
  photograph: Photograph = async () => undefined,
): Promise<Seen> {
  const { locale, patient, report, home, json, other } = words[language];
  const context = await browser.newContext({ locale, viewport: { width: 960, height: 760 } });
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('console', (said) => void (said.type() === 'error' && faults.push(`${said.text()} ${said.location().url}`)));
  await page.goto(start);
  await photograph(page, `guide-home-${language}`);
  await page.locator('main').getByRole('link', { name: patient }).click();
  await page.getByRole('heading', { level: 1, name: patient }).waitFor();
  await photograph(page, `guide-patient-${language}`);
  const patientJson = await page.locator('#patient-json').textContent();
  await page.getByRole('link', { name: 'cn-patient', exact: true }).click();
  await photograph(page, `guide-profile-${language}`);
  await page.getByRole('navigation').getByRole('link', { name: home }).click();
  await page.locator('main').getByRole('link', { name: report }).click();
  await photograph(page, `guide-lab-report-${language}`);
  await page.getByText(json, { exact: true }).click();
  const labReport = await page.locator('#lab-report-json').textContent();
  await page.setViewportSize({ width: 390, height: 760 });
  const widest = await page.evaluate('document.documentElement.scrollWidth');
  await page.getByRole('link', { name: other }).click();
  await page.locator(`html[lang^="${language === 'zh' ? 'en' : 'zh'}"]`).waitFor();
  await context.close();
  return { patient: patientJson ?? '', labReport: labReport ?? '', widest: Number(widest), faults };
}
