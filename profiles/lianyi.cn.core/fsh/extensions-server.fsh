Extension: ConceptTable
Id: concept-table
Title: "概念表 Table of concepts"
Description: "大型代码系统的概念不写在资源里，而存放在服务器的概念表中；这里是概念表的摘要。The concepts of a large code system lie in a table of the server, not in the resource; this is the digest of that table."
Context: CodeSystem
* value[x] 1..1
* value[x] only string
