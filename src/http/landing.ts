/** The small page at `/` for people who come with a browser. */
export interface LandingLinks {
  readonly fhir: string;
  readonly capabilities: string;
  readonly health: string;
}

export function landingPage(software: { readonly name: string; readonly version: string }, links: LandingLinks): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>${escapeHtml(software.name)}</title>
<h1>${escapeHtml(software.name)} ${escapeHtml(software.version)}</h1>
<p>A FHIR R4 (4.0.1) server. 这里是一个 FHIR R4（4.0.1）服务器。</p>
<ul>
<li>FHIR: <a href="${escapeHtml(links.fhir)}/metadata"><code>${escapeHtml(links.fhir)}</code></a></li>
<li><a href="${escapeHtml(links.capabilities)}">CapabilityStatement 能力声明</a></li>
<li><a href="${escapeHtml(links.health)}">Health 运行状态</a></li>
</ul>
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
