Profile: CnConsent
Parent: Consent
Id: cn-consent
Title: "知情同意与数据共享授权 Consent"
Description: "两类：诊疗的知情同意（手术、麻醉、输血、特殊检查等，scope = treatment，类别用 WS/T 500 的 C0026–C0031）；个人信息的共享授权（scope = patient-privacy，个人信息保护法第 13、29 条），其 policyRule 给出总则（OPTIN、OPTOUT……），provision 给出范围，下一级 provision 为例外。平台只执行后一类中 status = active 者。Two kinds: informed consent to care (scope = treatment, category by WS/T 500), and consent to the sharing of data (scope = patient-privacy): policyRule is the rule, provision what it is about, the provisions below it are its exceptions. A platform enforces active ones of the second kind only."
* obeys cn-consent-1 and cn-consent-2 and cn-consent-3 and cn-consent-4 and cn-consent-5 and cn-consent-6 and cn-consent-7
* insert SlicedBySystem(identifier)
* insert IdentifierSlice(consentForm, urn:oid:2.16.156.10011.1.34, 知情同意书编号 number of the consent form)
* status MS
* scope MS
* scope from http://hl7.org/fhir/ValueSet/consent-scope (required)
* category MS
* insert NationalCoding(category.coding, urn:oid:2.16.156.10011.2.4, CnConsentDocumentVS, required)
* patient 1..1 MS
* patient ^short = "患者或个人信息主体 whom it is about"
* dateTime MS
* dateTime ^short = "签署时间 when it was signed"
* performer MS
* performer ^short = "签署人：本人，或监护人（不满十四周岁者必须由监护人同意） who signed: the patient, or the guardian of a child under 14"
* organization MS
* organization ^short = "取得同意的机构 who obtained it"
* source[x] MS
* source[x] ^short = "签字的同意书 the signed form"
* policyRule MS
* insert SlicedBySystem(policyRule.coding)
* insert CodingSlice(policyRule.coding, access, http://terminology.hl7.org/CodeSystem/v3-ActCode, CnConsentRuleVS, required)
* provision MS
* provision.actor ^short = "对谁：机构、医务人员、监护人；团队、岗位无法判断 for whom: organizations and persons; teams and roles cannot be judged"
* provision.action from http://hl7.org/fhir/ValueSet/consent-action (extensible)
* provision.class ^short = "哪些类型的资源 which types of resources"
* provision.purpose ^short = "目的，如 TREAT 诊疗、HRESCH 科研 purpose, such as treatment or research"

Invariant: cn-consent-1
Description: "An active consent about privacy says whether it permits or denies: policyRule (OPTIN, OPTINR, OPTOUT, OPTOUTE, EMRGONLY, NOPP), provision.type or exceptions."
Severity: #error
Expression: "status != 'active' or scope.coding.where(code = 'patient-privacy').exists().not() or policyRule.coding.where(system = 'http://terminology.hl7.org/CodeSystem/v3-ActCode' and (code = 'OPTIN' or code = 'OPTINR' or code = 'OPTOUT' or code = 'OPTOUTE' or code = 'EMRGONLY' or code = 'NOPP')).exists() or provision.type.exists() or provision.provision.exists()"
* insert Chinese(生效的共享授权应说明是准许还是拒绝：policyRule（OPTIN、OPTINR、OPTOUT、OPTOUTE、EMRGONLY、NOPP）、provision.type 或例外。)

Invariant: cn-consent-2
Description: "Every exception says whether it permits or denies."
Severity: #error
Expression: "provision.provision.all(type.exists())"
* insert Chinese(每条例外都应说明准许（permit）或拒绝（deny）。)

Invariant: cn-consent-3
Description: "Exceptions have no exceptions of their own; platforms do not judge them."
Severity: #warning
Expression: "provision.provision.provision.exists().not()"
* insert Chinese(例外之下不应再有例外，平台不判断更深的层次。)

Invariant: cn-consent-4
Description: "What is permitted is told by recipient, purpose, label, type of resource and period; a permission limited by code, data or dataPeriod is not granted."
Severity: #warning
Expression: "provision.provision.where(type = 'permit').all(code.exists().not() and dataPeriod.exists().not() and data.exists().not())"
* insert Chinese(准许的范围应以接收者、目的、标签、资源类型和时间说明；以 code、data、dataPeriod 限定的准许不会生效。)

Invariant: cn-consent-5
Description: "An active consent says when it was signed and by whom."
Severity: #warning
Expression: "status != 'active' or (dateTime.exists() and performer.exists())"
* insert Chinese(生效的同意应有签署时间和签署人。)

Invariant: cn-consent-6
Description: "A consent to care names the signed form: source, or the number of the form."
Severity: #warning
Expression: "scope.coding.where(code = 'treatment').exists().not() or source.exists() or identifier.exists()"
* insert Chinese(诊疗的知情同意应指明签字的同意书：source 或同意书编号。)

Invariant: cn-consent-7
Description: "Recipients are persons and organizations; who belongs to a team, a group or a role is not judged."
Severity: #warning
Expression: "(provision.actor | provision.provision.actor).reference.reference.all(contains('CareTeam/').not() and contains('Group/').not() and contains('PractitionerRole/').not())"
* insert Chinese(接收者应为人员或机构；团队、群组、岗位的成员无法判断。)

ValueSet: CnConsentRuleVS
Id: cn-consent-rule
Title: "共享授权总则 Rules of consents to sharing"
Description: "v3-ActCode 中的准许（OPTIN、OPTINR）与拒绝（OPTOUT、OPTOUTE、EMRGONLY、NOPP）。Permitting and denying rules of v3-ActCode."
* $v3-ActCode#OPTIN "opt-in"
* $v3-ActCode#OPTINR "opt-in with restrictions"
* $v3-ActCode#OPTOUT "opt-out"
* $v3-ActCode#OPTOUTE "opt-out with exceptions"
* $v3-ActCode#EMRGONLY "emergency only"
* $v3-ActCode#NOPP "notice of privacy practices"

ValueSet: CnConsentDocumentVS
Id: cn-consent-document
Title: "知情告知文档 Documents of informed consent"
Description: "WS/T 500.26–500.31 的知情告知文档。The documents of informed consent, WS/T 500.26 to 500.31."
* $wst-500#C0026 "手术知情同意书"
* $wst-500#C0027 "麻醉知情同意书"
* $wst-500#C0028 "输血治疗同意书"
* $wst-500#C0029 "特殊检查及特殊治疗同意书"
* $wst-500#C0030 "病危重通知书"
* $wst-500#C0031 "其他知情告知同意书"
