/** The small page at `/` for people who come with a browser. */
import { type Html, html } from '../model/html.js';

export interface LandingLinks {
  readonly fhir: string;
  readonly capabilities: string;
  readonly guide: string;
  readonly health: string;
}

export function landingPage(software: { readonly name: string; readonly version: string }, links: LandingLinks): Html {
  return html`<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<title>${software.name}</title>
<h1>${software.name} ${software.version}</h1>
<p>A FHIR R4 (4.0.1) server. 这里是一个 FHIR R4（4.0.1）服务器。</p>
<ul>
<li>FHIR: <a href="${links.fhir}/metadata"><code>${links.fhir}</code></a></li>
<li><a href="${links.capabilities}">CapabilityStatement 能力声明</a></li>
<li><a href="${links.guide}/">Guide: how to send data here, profiles, codes 实施指南：怎样发送数据、规范、代码</a></li>
<li><a href="${links.health}">Health 运行状态</a></li>
</ul>
</html>
`;
}
