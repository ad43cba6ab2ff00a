// Open slicing of a repeating Identifier or Coding by its system.
RuleSet: SlicedBySystem(path)
* {path} ^slicing.discriminator.type = #value
* {path} ^slicing.discriminator.path = "system"
* {path} ^slicing.rules = #open

// One slice of identifiers: its system, and a value that must be there.
RuleSet: IdentifierSlice(slice, system, title)
* identifier contains {slice} 0..*
* identifier[{slice}] ^short = "{title}"
* identifier[{slice}].system 1..1
* identifier[{slice}].system = "{system}"
* identifier[{slice}].value 1..1

// 居民身份证: the one slice that patients and practitioners share.
RuleSet: ResidentIdCard
* insert IdentifierSlice(residentIdCard, urn:oid:2.16.156.10011.1.3, 居民身份证号 resident identity number)
* identifier[residentIdCard] MS
* identifier[residentIdCard] obeys cn-id-5
* identifier[residentIdCard].value obeys cn-id-1 and cn-id-2 and cn-id-3 and cn-id-4

// The documents by which people are told apart; none is mandatory.
RuleSet: PersonDocuments
* identifier obeys cn-passport-2
* insert ResidentIdCard
* insert IdentifierSlice(passportChina, http://hl7.org/fhir/sid/passport-CHN, 中国护照号 Chinese passport)
* identifier[passportChina].value obeys cn-passport-1
* insert IdentifierSlice(hongKongMacauPermit, https://lianyi.cn/fhir/sid/hong-kong-macau-permit, 港澳居民来往内地通行证号 mainland travel permit for Hong Kong and Macao residents)
* identifier[hongKongMacauPermit].value obeys cn-permit-1
* insert IdentifierSlice(taiwanPermit, https://lianyi.cn/fhir/sid/taiwan-permit, 台湾居民来往大陆通行证号 mainland travel permit for Taiwan residents)
* identifier[taiwanPermit].value obeys cn-permit-2
* insert IdentifierSlice(permanentResidentCard, https://lianyi.cn/fhir/sid/permanent-resident-card, 外国人永久居留身份证号 foreign permanent resident card)
* identifier[permanentResidentCard].value obeys cn-prc-1

// One slice of codings for a national code; other codings may stand beside it.
RuleSet: CodingSlice(path, slice, system, valueSet, strength)
* {path} contains {slice} 0..1
* {path}[{slice}] from {valueSet} ({strength})
* {path}[{slice}].system 1..1
* {path}[{slice}].system = "{system}"
* {path}[{slice}].code 1..1

// The codings of a CodeableConcept with the one slice `national`.
RuleSet: NationalCoding(path, system, valueSet, strength)
* insert SlicedBySystem({path})
* insert CodingSlice({path}, national, {system}, {valueSet}, {strength})

// One slice of codings of a licensed edition: its codes are not in this package, a hospital loads them.
RuleSet: EditionSlice(path, slice, system, valueSet, title)
* {path} contains {slice} 0..*
* {path}[{slice}] ^short = "{title}"
* {path}[{slice}] from {valueSet} (preferred)
* {path}[{slice}].system 1..1
* {path}[{slice}].system = "{system}"
* {path}[{slice}].code 1..1

// What the reports of laboratory, imaging and ECG have in common; the slice is of their numbers.
RuleSet: ReportRules(slice, system, title)
* obeys cn-report-1 and cn-report-2
* extension contains CnRecognition named recognition 0..* and CnReportNote named note 0..1
* insert SlicedBySystem(identifier)
* identifier MS
* insert IdentifierSlice({slice}, {system}, {title})
* identifier[{slice}].value obeys cn-number-1
* basedOn MS
* basedOn ^short = "电子申请单 the request"
* status MS
* code MS
* code obeys cn-coded-1
* subject 1..1 MS
* subject only Reference(Patient)
* encounter MS
* effective[x] MS
* effective[x] ^short = "检查或检验日期 when it was done"
* issued MS
* issued ^short = "报告日期 when it was reported"
* performer MS
* performer ^short = "报告机构、科室、报告医师 institution, department and author"
* resultsInterpreter MS
* resultsInterpreter ^short = "审核医师 who approved it"
* conclusion MS
* conclusion obeys cn-report-3

// Sections of a document are told apart by their codes.
RuleSet: SlicedByCode
* section ^slicing.discriminator.type = #pattern
* section ^slicing.discriminator.path = "code"
* section ^slicing.rules = #open

// One section of a document, named by LOINC.
RuleSet: SectionSlice(slice, code, max, title)
* section contains {slice} 0..{max} MS
* section[{slice}] ^short = "{title}"
* section[{slice}].code = http://loinc.org#{code}

// What the addresses of people and organizations add.
RuleSet: ChineseAddress
* address.extension contains CnAddressType named addressType 0..1 and CnDivisionCode named divisionCode 0..1 and CnTownship named township 0..1

// What a name needs: Chinese names are whole texts; pinyin and Han forms are told apart by the representation.
RuleSet: ChineseName
* name 1..* MS
* name.extension contains $name-representation named representation 0..1
* name.text 1..1 MS
* name.text ^short = "姓名全文 the whole name as written in the legal document"
* name.text obeys cn-name-1

// The Chinese wording of an invariant beside the English one.
RuleSet: Chinese(text)
* human.extension.url = "http://hl7.org/fhir/StructureDefinition/translation"
* human.extension.extension[0].url = "lang"
* human.extension.extension[0].valueCode = #zh-CN
* human.extension.extension[1].url = "content"
* human.extension.extension[1].valueString = "{text}"
