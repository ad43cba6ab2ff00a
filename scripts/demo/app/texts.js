/** Every sentence of the app in both languages, and the button that changes them. */
const texts = {
  title: ['健康档案浏览', 'Health record viewer'],
  about: [
    '这是一个很小的 SMART 应用。它没有自己的账户：登录、选择患者和同意都在联医服务器上完成，应用只得到您同意的内容。',
    'A tiny SMART app. It has no accounts of its own: signing in, choosing a patient and agreeing happen at the Lianyi server, and the app gets what you agree to.',
  ],
  standalone: ['登录并打开档案', 'Sign in and open a record'],
  orEhr: ['也可以像医生那样，从医院的工作站里打开：', "Or open it as a doctor does, out of the hospital's workstation:"],
  ehr: ['去工作站', 'To the workstation'],
  connecting: ['正在前往登录页面…', 'On the way to the sign-in page …'],
  reading: ['正在读取档案…', 'Reading the record …'],
  signOut: ['退出', 'Sign out'],
  visits: ['就诊', 'Visits'],
  values: ['检验结果', 'Laboratory'],
  prescriptions: ['处方', 'Prescriptions'],
  date: ['日期', 'Date'],
  department: ['科室', 'Department'],
  place: ['机构', 'Institution'],
  doctor: ['医生', 'Doctor'],
  item: ['项目', 'Item'],
  value: ['结果', 'Value'],
  range: ['参考范围', 'Reference range'],
  medicine: ['药品', 'Medicine'],
  dosage: ['用法', 'Dosage'],
  none: ['无', 'None'],
  born: ['出生日期', 'Born'],
  male: ['男', 'male'],
  female: ['女', 'female'],
  signedInAs: ['登录用户', 'Signed in as'],
  out: ['已退出：应用的令牌已被撤销。', 'Signed out: the tokens of the app are revoked.'],
  proof: ['用原来的令牌再次读取，服务器回答：', 'Reading again with the old token, the server answers:'],
  again: ['重新开始', 'Begin again'],
  endSession: ['同时退出联医服务器', 'Sign out of the Lianyi server too'],
  failed: ['没有成功：', 'This did not work: '],
};

const key = 'lianyi-demo-language';
const inChinese = () => (localStorage.getItem(key) ?? (navigator.language.startsWith('zh') ? 'zh' : 'en')) === 'zh';

export function text(name) {
  const [chinese, english] = texts[name];
  return inChinese() ? chinese : english;
}

/** Fills in all sentences, now and whenever the language is changed; `draw` does the rest. */
export function speak(draw = () => undefined) {
  const show = () => {
    document.documentElement.lang = inChinese() ? 'zh-CN' : 'en';
    document.title = text('title');
    for (const element of document.querySelectorAll('[data-text]')) element.textContent = text(element.dataset.text);
    document.querySelector('#language').textContent = inChinese() ? 'English' : '中文';
    draw();
  };
  document.querySelector('#language').onclick = () => {
    localStorage.setItem(key, inChinese() ? 'en' : 'zh');
    show();
  };
  show();
}

export function element(name, content, attributes = {}) {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  made.append(...(Array.isArray(content) ? content : [content]));
  return made;
}

export function fail(error) {
  document.querySelector('#main').replaceChildren(element('p', `${text('failed')}${error.message ?? error}`, { role: 'alert' }));
}
