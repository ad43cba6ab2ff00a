/** The page of a hospital's workstation: its patients, and a button beside each that launches the app. Source: SMART App Launch 2.2 (EHR launch) */

export interface Listed {
  readonly id: string;
  readonly name: string;
  readonly born: string;
}

export function workstation(patients: readonly Listed[]): string {
  const rows = patients.map(
    ({ id, name, born }) =>
      `<tr><td>${name}</td><td>${born}</td><td><a class="button" href="/ehr/launch?patient=${id}">打开健康档案 Open the record</a></td></tr>`,
  );
  return `<!doctype html>
<html lang="zh-CN">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>医生工作站 Workstation</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="/style.css">
  </head>
  <body>
    <header><h1>示例市第一人民医院 · 医生工作站 <span class="soft">Workstation</span></h1></header>
    <main>
      <h2>患者 Patients</h2>
      <table>
        <thead><tr><th scope="col">姓名 Name</th><th scope="col">出生日期 Born</th><th scope="col">应用 App</th></tr></thead>
        <tbody>
          ${rows.join('\n          ')}
        </tbody>
      </table>
    </main>
  </body>
</html>
`;
}
