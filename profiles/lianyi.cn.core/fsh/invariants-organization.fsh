// Rules for the values of identifiers of organizations. `$this` because an argument is evaluated outside the string it is given to.

Invariant: cn-uscc-1
Description: "A unified social credit code has 18 digits and capital letters (not I, O, S, V, Z), the last of which is the check character of GB 32100."
Severity: #error
Expression: "$this.matches('^[0-9A-HJ-NPQRTUWXY]{18}$') and ('0123456789ABCDEFGHJKLMNPQRTUWXY'.indexOf($this.substring(0,1))+'0123456789ABCDEFGHJKLMNPQRTUWXY'.indexOf($this.substring(1,1))*3+'0123456789ABCDEFGHJKLMNPQRTUWXY'.indexOf($this.substring(2,1))*9+'0123456789ABCDEFGHJKLMNPQRTUWXY'.indexOf($this.substring(3,1))*27+'0123456789ABCDEFGHJKLMNPQRTUWXY'.indexOf($this.substring(4,1))*19+'0123456789ABCDEFGHJKLMNPQRTUWXY'.indexOf($this.substring(5,1))*26+'0123456789ABCDEFGHJKLMNPQRTUWXY'.indexOf($this.substring(6,1))*16+'0123456789ABCDEFGHJKLMNPQRTUWXY'.indexOf($this.substring(7,1))*17+'0123456789ABCDEFGHJKLMNPQRTUWXY'.indexOf($this.substring(8,1))*20+'0123456789ABCDEFGHJKLMNPQRTUWXY'.indexOf($this.substring(9,1))*29+'0123456789ABCDEFGHJKLMNPQRTUWXY'.indexOf($this.substring(10,1))*25+'0123456789ABCDEFGHJKLMNPQRTUWXY'.indexOf($this.substring(11,1))*13+'0123456789ABCDEFGHJKLMNPQRTUWXY'.indexOf($this.substring(12,1))*8+'0123456789ABCDEFGHJKLMNPQRTUWXY'.indexOf($this.substring(13,1))*24+'0123456789ABCDEFGHJKLMNPQRTUWXY'.indexOf($this.substring(14,1))*10+'0123456789ABCDEFGHJKLMNPQRTUWXY'.indexOf($this.substring(15,1))*30+'0123456789ABCDEFGHJKLMNPQRTUWXY'.indexOf($this.substring(16,1))*28+'0123456789ABCDEFGHJKLMNPQRTUWXY'.indexOf($this.substring(17,1))) mod 31 = 0"
* insert Chinese(统一社会信用代码应为 18 位数字和大写字母（不用 I、O、S、V、Z），末位为 GB 32100 校验码。)

Invariant: cn-uscc-2
Description: "Characters 9 to 17 of a unified social credit code are a valid organization code (GB 11714)."
Severity: #warning
Expression: "$this.matches('^[0-9A-Z]{18}$').not() or ($this.matches('^.{16}[0-9X].$') and ('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'.indexOf($this.substring(8,1))*3+'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'.indexOf($this.substring(9,1))*7+'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'.indexOf($this.substring(10,1))*9+'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'.indexOf($this.substring(11,1))*10+'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'.indexOf($this.substring(12,1))*5+'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'.indexOf($this.substring(13,1))*8+'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'.indexOf($this.substring(14,1))*4+'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'.indexOf($this.substring(15,1))*2+iif($this.substring(16,1)='X',10,$this.substring(16,1).toInteger())) mod 11 = 0)"
* insert Chinese(统一社会信用代码第 9–17 位应为有效的组织机构代码（GB 11714）。)

Invariant: cn-org-1
Description: "The last of the 9 characters of an organization code is the check character of GB 11714."
Severity: #error
Expression: "$this.matches('^[0-9A-Z]{8}-?[0-9X]$').not() or ('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'.indexOf($this.substring(0,1))*3+'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'.indexOf($this.substring(1,1))*7+'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'.indexOf($this.substring(2,1))*9+'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'.indexOf($this.substring(3,1))*10+'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'.indexOf($this.substring(4,1))*5+'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'.indexOf($this.substring(5,1))*8+'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'.indexOf($this.substring(6,1))*4+'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'.indexOf($this.substring(7,1))*2+iif($this.matches('^.*X$'),10,iif($this.matches('^.{9}$'),$this.substring(8,1),$this.substring(9,1)).toInteger())) mod 11 = 0"
* insert Chinese(9 位组织机构代码的末位应为 GB 11714 校验码。)

Invariant: cn-org-2
Description: "An organization code usually has 8 characters and a check character, or is a health institution code of 22 characters."
Severity: #warning
Expression: "matches('^([0-9A-Z]{8}-?[0-9X]|[0-9A-Z-]{22,23})$')"
* insert Chinese(组织机构代码通常为 8 位加 1 位校验码，或 22 位卫生机构代码。)

Invariant: cn-org-3
Description: "A health institution code has 22 digits and capital letters, 23 characters with the hyphen (WS 218-2002)."
Severity: #error
Expression: "matches('^[0-9A-Z-]{22,23}$')"
* insert Chinese(卫生机构（组织）代码应为 22 位数字和大写字母，带连字符时 23 位（WS 218-2002）。)

Invariant: cn-org-4
Description: "The number of a practice licence usually has digits, capital letters and hyphens."
Severity: #warning
Expression: "matches('^[0-9A-Z-]+$')"
* insert Chinese(医疗机构执业许可证登记号通常由数字、大写字母和连字符组成。)
