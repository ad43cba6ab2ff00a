/** What each command is for, in Chinese: for those whose terminal speaks it. */

export const inChinese: Readonly<Record<string, string>> = {
  serve: '以 HTTP 提供 FHIR 服务',
  load: '导入资源、Bundle 和 NDJSON（.json、.ndjson，可为 .gz 或 .bz2）',
  'load-codesystem': '从 CSV、TSV 或 FHIR CodeSystem 导入代码表',
  codesystem: '列出、删除已导入的代码系统',
  validate: '校验 JSON、XML 或 NDJSON 格式的资源',
  backup: '将 STORE 所指的嵌入式存储备份为文件并核验，服务可照常运行',
  restore: '用备份恢复 STORE 所指的嵌入式存储，须先停止服务',
  copy: '将一个存储的全部内容（含历史、账户和审计日志）复制到另一个存储',
  reindex: '重建已存资源的检索索引',
  policy: '查看生效的访问策略，或检查策略文件',
  doctor: '检查设置、定义、存储和索引',
  explain: '说明一次检索如何理解、如何执行、代价多大',
  'explain-profile': '列出校验某一类型或规范时所用的元素和规则',
  fhirpath: '对 JSON、XML 或 NDJSON 文件求 FHIRPath 表达式的值',
  user: '添加、列出、锁定、重置登录账户',
  client: '添加、列出、撤销可申请令牌的应用和系统',
  'registration-token': '签发供应用自行注册的令牌',
  keys: '轮换令牌签名密钥，更换保存机密所用的密钥',
  audit: '查看、导出访问记录，核验其未被改动',
  token: '签发短期访问令牌，用存储中的密钥签名',
};
