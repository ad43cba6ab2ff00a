ValueSet: CnEthnicityVS
Id: cn-ethnicity
Title: "民族 Ethnic groups, with other and unknown"
Description: "GB 3304 的 56 个民族，加 v3-NullFlavor 的 OTH（其他）、UNK（不详）。The 56 ethnic groups of GB 3304 and OTH and UNK of v3-NullFlavor."
* include codes from system urn:oid:2.16.156.10011.2.3.3.3
* $v3-NullFlavor#OTH "other"
* $v3-NullFlavor#UNK "unknown"
