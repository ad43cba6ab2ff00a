Profile: CnDocumentReference
Parent: DocumentReference
Id: cn-document-reference
Title: "共享文档索引 Document reference"
Description: "共享文档的注册信息：文档类型用 WS/T 500 的 C0001–C0053，旁边可加 LOINC；文档流水号、作者、保管机构、密级、格式（CDA 模板 OID）和所属就诊。What is registered of a shared document: its kind by WS/T 500, with LOINC beside; number, author, custodian, confidentiality, format (OID of the CDA template) and encounter."
* obeys cn-doc-1 and cn-doc-3 and cn-doc-4 and cn-doc-5
* masterIdentifier MS
* masterIdentifier ^short = "文档流水号（urn:oid:2.16.156.10011.1.1） number of the document"
* status MS
* docStatus MS
* type 1..1 MS
* insert NationalCoding(type.coding, urn:oid:2.16.156.10011.2.4, https://lianyi.cn/fhir/ValueSet/wst-500-document-type, required)
* category MS
* subject 1..1 MS
* subject only Reference(Patient)
* date 1..1 MS
* author 1..* MS
* authenticator MS
* custodian 1..1 MS
* custodian ^short = "保管机构 who keeps the document"
* relatesTo ^short = "替换、附加于哪个文档 which document it replaces or is appended to"
* securityLabel MS
* securityLabel ^short = "密级 confidentiality"
* content.attachment MS
* content.attachment obeys cn-doc-2 and cn-doc-6
* content.attachment.contentType 1..1 MS
* content.format ^short = "CDA 模板：urn:ietf:rfc:3986，urn:oid:2.16.156.10011.2.1.1.(20+n) the CDA template"
* context MS
* context.encounter MS
* context.period MS
* insert NationalCoding(context.practiceSetting.coding, urn:oid:2.16.156.10011.2.3.2.62, https://lianyi.cn/fhir/ValueSet/clinical-department, preferred)

Invariant: cn-doc-1
Description: "A document has a number: masterIdentifier or identifier."
Severity: #error
Expression: "masterIdentifier.exists() or identifier.exists()"
* insert Chinese(文档应有编号：masterIdentifier（文档流水号）或 identifier。)

Invariant: cn-doc-2
Description: "The content is here (data) or somewhere (url)."
Severity: #error
Expression: "data.exists() or url.exists()"
* insert Chinese(文档内容应在 data 中，或在 url 所指之处。)

Invariant: cn-doc-3
Description: "The CDA template (2.16.156.10011.2.1.1.20+n) agrees with the kind of document (C000n, WS/T 500)."
Severity: #error
Expression: "type.coding.where(system = 'urn:oid:2.16.156.10011.2.4' and code.matches('^C[0-9]{4}$')).exists().not() or content.format.where(system = 'urn:ietf:rfc:3986' and code.matches('^urn:oid:2[.]16[.]156[.]10011[.]2[.]1[.]1[.][0-9]{1,3}$')).all(code.substring(29).toInteger() + 9980 = ('1' + %resource.type.coding.where(system = 'urn:oid:2.16.156.10011.2.4').first().code.substring(1)).toInteger())"
* insert Chinese(CDA 模板（2.16.156.10011.2.1.1.20+n）应与文档类型（WS/T 500 的 C000n）一致。)

Invariant: cn-doc-4
Description: "The kind of document is told by a code of WS/T 500 (C0001 to C0053)."
Severity: #warning
Expression: "type.coding.where(system = 'urn:oid:2.16.156.10011.2.4').exists()"
* insert Chinese(文档类型应有 WS/T 500 的代码（C0001–C0053）。)

Invariant: cn-doc-5
Description: "A final document names who authenticated it."
Severity: #warning
Expression: "docStatus.exists().not() or docStatus != 'final' or authenticator.exists()"
* insert Chinese(完成的文档应有审核（签名）者 authenticator。)

Invariant: cn-doc-6
Description: "Attachment.hash is that of SHA-1 (20 bytes, 28 characters); those of SHA-256 and SM3 do not belong there."
Severity: #warning
Expression: "hash.exists().not() or hash.toString().matches('^[^ ]{28}$')"
* insert Chinese(Attachment.hash 是 SHA-1（20 字节，28 个字符）；SHA-256、SM3 的摘要不应写在这里。)
