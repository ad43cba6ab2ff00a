/** How a region writes rules of its own on top of the core package: the worked example `examples/qinghe.core`, file by file. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Html, html } from '../../../src/model/html.js';
import type { Resource } from '../../../src/model/resource.js';
import { errorsOf, issueList } from '../example-list.js';
import type { Page, View } from '../guide.js';
import { project } from '../sources.js';
import { base, code } from '../tutorial.js';

const folder = 'examples/qinghe.core';

export const regionPage: Page = {
  path: 'region.html',
  title: { zh: '编写地方规范包', en: 'Write a region’s package' },
  body: (view) => html`${beginning(view)}
${steps(view)}
${loading(view)}
${rules(view)}`,
};

function file(...path: readonly string[]): string {
  return readFileSync(join(project, folder, ...path), 'utf8').trimEnd();
}

function beginning({ say }: View): Html {
  return html`<p class="lead">${say(
    '一个市或省可以在基础包之上提出更多要求：某个号码必填，用自己的项目代码，认自己的卡。做法是写一个自己的规范包，建立在 lianyi.cn.core 上。',
    'A city or a province may demand more than the core package: a number that must be there, item codes of its own, a card of its own. It writes a package of its own that is built on lianyi.cn.core.',
  )}</p>
<p>${say('下面以虚构的“青禾市”为例，全部文件在 ', 'The example is the made-up city of Qinghe; all its files lie in ')}<code>${folder}</code>${say('，可以复制后修改。', ', to be copied and changed.')}</p>
${code(`qinghe.core/
  package.json              ${say('包的名称、版本、建立在哪些包上', 'name, version, and what it is built on')}
  fsh/*.fsh                 ${say('规范，每个一个文件', 'profiles, one file each')}
  terminology/*.json        ${say('自己的代码表，连同与其他代码的对应', 'code tables of its own, with their maps')}
  naming-systems.json       ${say('自己的标识系统', 'identifier systems of its own')}
  examples/<${say('规范', 'profile')}>/       ${say('有效和无效的示例，expected.json 写明应报的错误', 'valid and invalid examples; expected.json says which errors are due')}
  package/*.json            ${say('由以上文件生成，不要手改', 'made from the above, not to be edited')}`)}`;
}

function steps({ say }: View): Html {
  return html`<section>
<h2 id="write">${say('编写', 'Write it')}</h2>
<h3>1. package.json</h3>
<p>${say(
    'canonical 是本地方自己的网址，所有规范、代码表的地址都从它开始；dependencies 写明建立在 lianyi.cn.core 的哪个版本上。',
    'canonical is an address of the region’s own, from which those of all its profiles and tables are made; dependencies names the version of lianyi.cn.core it is built on.',
  )}</p>
${code(file('package.json'))}
<h3>2. ${say('规范', 'Profiles')}</h3>
<p>${say(
    '规范用 FSH（FHIR Shorthand）写。Parent 写基础包的规范，然后只写增加的要求：1..1 是必填，from … (required) 是必须用的代码，obeys 是约束。约束同时写中文和英文，错误信息就有两种语言。',
    'Profiles are written in FSH (FHIR Shorthand). Parent is a profile of the core package, and only what is demanded beyond it follows: 1..1 for what must be there, from … (required) for codes, obeys for rules. A rule is worded in Chinese and English, and so are its errors.',
  )}</p>
${code(file('fsh', 'qh-patient.fsh'))}
${code(file('fsh', 'qh-observation-lab.fsh'))}
<h3>3. ${say('代码表和对应', 'A code table and its map')}</h3>
<p>${say('一张表生成一个代码系统、一个全部代码的值集和每个对应一个 ConceptMap。content 写 complete（全部代码）、fragment（一部分）或 not-present（没有）。', 'A table becomes a code system, a value set of all its codes, and a ConceptMap for each map. content is complete, fragment (a part of the codes) or not-present (none).')}</p>
${code(file('terminology', 'qh-lab-item.json'))}
<h3>4. ${say('标识系统', 'An identifier system')}</h3>
<p>${say('没有 OID 的，system 是 canonical 加 /sid/ 和 id。', 'Without an OID the system is the canonical with /sid/ and the id.')}</p>
${code(file('naming-systems.json'))}
<h3>5. ${say('示例', 'Examples')}</h3>
<p>${say('每个规范至少写一个有效的和一个无效的；无效的要写明应报什么错误：', 'At least one valid and one invalid example for each profile, and which errors the invalid one must give:')}</p>
${code(file('examples', 'qh-patient', 'expected.json'))}
<h3>6. ${say('生成', 'Build it')}</h3>
<p>${say('在联医源码的文件夹里运行（下同）：', 'In the folder of Lianyi’s source, as what follows:')}</p>
${code(`npm run build:profiles -- ${folder}`)}
<p>${say('不需要网络。FSH 里的错误在这里就会报告，指出文件和行。', 'No network is needed. Errors in the FSH are told here, with file and line.')}</p>
</section>`;
}

function loading({ say }: View): Html {
  return html`<section>
<h2 id="load">${say('装入服务器', 'Load it')}</h2>
<p>${say('装入正在运行的服务器，不用重启：', 'Into a running server, which need not be started again:')}</p>
${code(`npx lianyi load ${folder}/package --server ${base}`)}
<p>${say('服务器要求登录时加 ', 'Where the server asks who you are, add ')}<code>--token-file</code>${say('。或者把整个文件夹放进 ', '. Or put the folder under ')}<code>profiles/</code>${say(
    '，重新构建（npm run build），它就与基础包一样随服务器提供，本指南里也有它的页面。',
    ' and build again (npm run build): then it is served as the core package is, and has its pages in this guide.',
  )}</p>
<p>${say('从此，meta.profile 写着地方规范的数据按地方规范检查。要让某一类资源都必须符合地方规范，在服务器设置里写：', 'From now on data that names a profile of the region in meta.profile is checked by it. To demand it of all resources of a type, set for the server:')}</p>
${code('DEMANDED_PROFILES=Patient=https://fhir.qinghe.example/fhir/StructureDefinition/qh-patient')}
<p>${say('给别的系统用：在文件夹里运行 npm pack，得到一个标准的 FHIR 包，其他服务器和校验工具都能用。单独生成它的指南：', 'For other systems: npm pack in the folder gives a FHIR package that other servers and validators take. A guide with its pages is made by:')}</p>
${code(`npm run build:guide -- --package ${folder} --into guide`)}
</section>`;
}

function rules(view: View): Html {
  const { say } = view;
  const example = JSON.parse(file('examples', 'qh-patient', 'invalid-no-insurance-card.json')) as Resource;
  const issues = errorsOf(view.guide.judgeRegion(example));
  return html`<section>
<h2 id="rules">${say('会怎样检查', 'How data is checked')}</h2>
<p>${say('没有医保卡号的居民，符合基础包，不符合青禾市的规范：', 'A resident without an insurance card meets the core package, and not the profile of Qinghe:')}</p>
${issueList(view, issues)}
<p>${say(
    '地方规范只能加，不能减：凡符合地方规范的，一定符合基础包。基础包认为错的，地方包改不成对的；基础包允许的，地方包可以不允许。',
    'A region adds and never takes away: what meets its profiles always meets the core package. What is wrong there cannot be made right; what is allowed there may be refused.',
  )}</p>
</section>`;
}
